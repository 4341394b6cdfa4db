package component

import "github.com/kubeflow/pipelines/api/v2alpha1/go/pipelinespec"

// Received is what the launcher starts: the executor input that it fills placeholders with, and the words.
func Received(input *pipelinespec.ExecutorInput, spec *pipelinespec.ComponentSpec, words []string) (*pipelinespec.ExecutorInput, []string, error) {
	filled, err := addDefaultParams(input, spec)
	if err != nil {
		return nil, nil, err
	}
	// compileCmdAndArgs drops this error, and goes on without any placeholder.
	if _, err := getPlaceholders(filled); err != nil {
		return filled, nil, err
	}
	first, rest, err := compileCmdAndArgs(filled, words[0], words[1:])
	return filled, append([]string{first}, rest...), err
}
