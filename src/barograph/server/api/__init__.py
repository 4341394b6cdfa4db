"""``/apis/barograph/v1``: what KFP has no word for."""
