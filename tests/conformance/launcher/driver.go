package driver

import (
	"context"

	"github.com/kubeflow/pipelines/api/v2alpha1/go/pipelinespec"
	"github.com/kubeflow/pipelines/backend/src/v2/expression"
	"github.com/kubeflow/pipelines/backend/src/v2/metadata"
)

// Options are those of KFP's driver.Options that are read here.
type Options struct {
	Component                  *pipelinespec.ComponentSpec
	Task                       *pipelinespec.PipelineTaskSpec
	DAGExecutionID             int64
	RunID                      string
	RunName                    string
	RunDisplayName             string
	DriverType                 string
	TaskName                   string
	PipelineJobCreateTimeUTC   string
	PipelineJobScheduleTimeUTC string
	PluginDispatcher           dispatcher
}

type dispatcher interface{ ApplyCustomProperties(map[string]string) }

// Inputs are what a task in dag gets; index is nil for none.
func Inputs(dag *metadata.DAG, index *int, opts Options, mlmd *metadata.Client) (*pipelinespec.ExecutorInput_Inputs, error) {
	return resolveInputs(context.Background(), dag, index, nil, opts, mlmd, &expression.Expr{})
}

// Outputs are where a task's outputs go.
func Outputs(root, task string, spec *pipelinespec.ComponentOutputsSpec, salt string) *pipelinespec.ExecutorInput_Outputs {
	return provisionOutputs(root, task, spec, salt, "false")
}

// Words are a container's command and args, as the driver hands them to the launcher.
func Words(written []string, input *pipelinespec.ExecutorInput) ([]string, error) {
	return resolveContainerArgs(written, input)
}
