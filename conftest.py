"""What holds for all tests, the project's and its pipelines'."""

from hypothesis import HealthCheck, settings

# How long something takes is measured in benchmarks/; here it depends on what else the machine does.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
