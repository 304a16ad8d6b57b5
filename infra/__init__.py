"""The template of everything on AWS, and what is made of it: laptop, bundle, deployment."""
