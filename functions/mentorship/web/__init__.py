"""HTTP: a request from an event, the route that answers it, and signed links."""
