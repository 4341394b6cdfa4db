"""Run Kubeflow Pipelines on one machine and keep a record of everything they did."""
