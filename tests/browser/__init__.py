"""The site as people meet it: in a browser, on a phone and at a desk."""
