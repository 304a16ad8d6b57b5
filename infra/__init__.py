"""The template of everything on AWS, and what is made from it: laptop, bundle, deployment."""
