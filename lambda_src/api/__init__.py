"""The HTTP API: what the flows have stored, to be read by pages and programs. It cannot write.

handler.py → asgi.py → app.py → routes/ → the queries of the flows. Of a flow it imports `queries` and `question` only.
"""
