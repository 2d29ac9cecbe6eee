"""The addresses of the API, a module for each flow, and one for the service itself."""
