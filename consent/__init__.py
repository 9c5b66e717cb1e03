"""Who was asked, what they answered, whether an item may leave, and what left."""
