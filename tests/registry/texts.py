"""A small compiled pipeline."""

_TEXT = """
components: {comp-say: {executorLabel: exec-say, inputDefinitions: {parameters: {name: {parameterType: STRING}}}}}
deploymentSpec: {executors: {exec-say: {container: {image: "probe:test", command: [echo, WORD]}}}}
pipelineInfo: {name: greeting}
root:
  dag:
    tasks:
      say:
        componentRef: {name: comp-say}
        inputs: {parameters: {name: {componentInputParameter: name}}}
        taskInfo: {name: say}
  inputDefinitions: {parameters: {name: {parameterType: STRING, defaultValue: you, description: Whom to greet.}}}
schemaVersion: 2.1.0
"""
PLATFORM = """
platforms: {kubernetes: {deploymentSpec: {executors: {exec-say: {podMetadata: {labels: {team: photos}}}}}}}
"""


def text(word: str = "hello") -> str:
    """The pipeline ``greeting``, whose only task prints ``word``."""
    return _TEXT.replace("WORD", word)


def with_platform(word: str = "hello") -> str:
    """The same, with a platform spec."""
    return f"{text(word)}---{PLATFORM}"
