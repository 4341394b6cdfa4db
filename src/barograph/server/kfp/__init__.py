"""KFP's own API, ``/apis/v2beta1``: a module for each of its services (``backend/api/v2beta1/*.proto``)."""
