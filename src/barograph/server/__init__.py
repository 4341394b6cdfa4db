"""The server: KFP's HTTP API and Barograph's own, on the same record and engine as the command line."""
