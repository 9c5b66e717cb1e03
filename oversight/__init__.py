"""Unusual activity, reports and reviews over the trail.."""
