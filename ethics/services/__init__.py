"""The acts of the workbench, one use case each."""
