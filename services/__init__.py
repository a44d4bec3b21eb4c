"""The four processes. No service imports another; what they share is in the package holdfast."""
