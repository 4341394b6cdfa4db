"""Handing a compiled pipeline to an engine: Kubeflow Pipelines, Vertex AI Pipelines, or a Barograph server.

What a run is made of is worked out here and checked before anything is sent; the engines' own client libraries send it.
They are imported only where they are used.
"""
