"""Every public service, walked once: by subject, on one scene, in this order."""
