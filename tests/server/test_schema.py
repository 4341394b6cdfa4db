"""The description of the API against what it does: requests made up from it, hundreds of them."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server.conftest import Server

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
STREAMS = r"/events$"
"""They don't end while nothing has happened; tests of their own read them."""
ONE_AFTER_THE_OTHER = settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)


def test_every_answer_is_one_that_the_description_tells_of(server: Server) -> None:
    description = schemathesis.openapi.from_url(f"{server.url}/apis/openapi.json").exclude(path_regex=STREAMS)
    asked, failures = 0, []
    for found in description.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # it raises what is wrong with the description

        @ONE_AFTER_THE_OTHER
        @given(case=operation.as_strategy())
        def keeps_to_it(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(checks=CHECKS, timeout=30)

        try:
            keeps_to_it()
        except AssertionError as failure:
            failures.append(f"{operation.label}: {failure}")
        except BaseExceptionGroup as several:
            failures.append(f"{operation.label}: " + "; ".join(map(str, several.exceptions)))
    assert not failures, "\n\n".join(failures)
    assert asked > 500
