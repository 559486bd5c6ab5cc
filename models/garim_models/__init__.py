"""The shipped classifiers, their manifests and the loader that checks them before use."""
