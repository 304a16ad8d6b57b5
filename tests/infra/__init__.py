"""The template, the laptop, the build and the deployment."""
