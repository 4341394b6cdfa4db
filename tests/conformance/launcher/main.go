// Prints what KFP's driver and launcher give the containers of a pipeline, one after the other, as JSON by task.
//
// KFP's own functions decide; what is here calls them in the order that the driver's container.go and dag.go do.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/kubeflow/pipelines/api/v2alpha1/go/pipelinespec"
	"github.com/kubeflow/pipelines/backend/src/v2/component"
	"github.com/kubeflow/pipelines/backend/src/v2/driver"
	"github.com/kubeflow/pipelines/backend/src/v2/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// given is what a run was started with, and what its tasks made, by path.
type given struct {
	Name       string                     `json:"name"`
	Parameters map[string]*structpb.Value `json:"parameters"`
	Made       map[string]struct {
		Parameters map[string]*structpb.Value  `json:"parameters"`
		Metadata   map[string]*structpb.Struct `json:"metadata"`
	} `json:"made"`
}

// received is what a container got.
type received struct {
	ExecutorInput json.RawMessage `json:"executor_input,omitempty"`
	Words         []string        `json:"words,omitempty"`
	Error         string          `json:"error,omitempty"`
}

type silent struct{}

func (silent) ApplyCustomProperties(map[string]string) {}

type run struct {
	spec       *pipelinespec.PipelineSpec
	deployment *pipelinespec.PipelineDeploymentConfig
	given      given
	mlmd       *metadata.Client
	received   map[string]received
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	var read struct {
		Spec  json.RawMessage `json:"spec"`
		Given given           `json:"given"`
	}
	check(json.NewDecoder(os.Stdin).Decode(&read))
	r := &run{&pipelinespec.PipelineSpec{}, &pipelinespec.PipelineDeploymentConfig{}, read.Given, metadata.NewClient(), map[string]received{}}
	check(protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(read.Spec, r.spec))
	deployment, err := protojson.Marshal(r.spec.GetDeploymentSpec())
	check(err)
	check(protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(deployment, r.deployment))

	// As in the API server (argo.go): a default, or else null.
	root := &pipelinespec.ExecutorInput_Inputs{ParameterValues: map[string]*structpb.Value{}}
	for name, spec := range r.spec.GetRoot().GetInputDefinitions().GetParameters() {
		value := r.given.Parameters[name]
		if value == nil {
			value = spec.GetDefaultValue()
		}
		if value == nil {
			value = structpb.NewNullValue()
		}
		root.ParameterValues[name] = value
	}
	dag, err := r.mlmd.Add(metadata.DagExecutionTypeName, "", 0, -1, -1, root, nil, nil)
	check(err)
	r.dag(dag, r.spec.GetRoot(), "")
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	check(encoder.Encode(r.received))
}

// dag runs the tasks of a DAG in the order of their dependencies.
func (r *run) dag(dag *metadata.Execution, spec *pipelinespec.ComponentSpec, prefix string) {
	done := map[string]bool{}
	for tasks := spec.GetDag().GetTasks(); len(done) < len(tasks); {
		before := len(done)
	next:
		for _, name := range slices.Sorted(maps.Keys(tasks)) {
			task := tasks[name]
			if done[name] {
				continue
			}
			for _, up := range task.GetDependentTasks() {
				if !done[up] {
					continue next
				}
			}
			done[name] = true
			r.task(dag, name, task, prefix+name)
		}
		if len(done) == before {
			check(fmt.Errorf("the tasks below %q wait for one another", prefix))
		}
	}
}

func (r *run) task(parent *metadata.Execution, name string, task *pipelinespec.PipelineTaskSpec, path string) {
	spec := r.spec.GetComponents()[task.GetComponentRef().GetName()]
	opts := driver.Options{
		Component: spec, Task: task, TaskName: name, DAGExecutionID: parent.GetID(), PluginDispatcher: silent{},
		RunID: "run-id", RunName: "run-resource-name", RunDisplayName: "run-display-name",
		PipelineJobCreateTimeUTC: "2026-01-02T03:04:05Z", PipelineJobScheduleTimeUTC: "2026-01-02T03:04:05Z",
	}
	if spec.GetDag() != nil {
		opts.DriverType = "DAG"
	}
	inputs, err := driver.Inputs(&metadata.DAG{Execution: parent}, nil, opts, r.mlmd)
	if err != nil {
		r.received[path] = received{Error: err.Error()}
		return
	}
	switch {
	case task.GetParameterIterator() != nil:
		r.loop(parent, name, task, spec, opts, inputs, path)
	case spec.GetDag() != nil:
		r.dag(r.open(name, parent, -1, -1, inputs, spec), spec, path+".")
	default:
		r.container(parent, name, spec, inputs, path)
	}
}

func (r *run) loop(parent *metadata.Execution, name string, task *pipelinespec.PipelineTaskSpec, spec *pipelinespec.ComponentSpec,
	opts driver.Options, inputs *pipelinespec.ExecutorInput_Inputs, path string) {
	iterator := task.GetParameterIterator()
	count := 0
	if raw := iterator.GetItems().GetRaw(); raw != "" {
		items := &structpb.Value{}
		check(items.UnmarshalJSON([]byte(raw)))
		count = len(items.GetListValue().GetValues())
		inputs.ParameterValues[iterator.GetItemInput()] = items // dag.go keeps a static list so
	} else {
		count = len(inputs.ParameterValues[iterator.GetItems().GetInputParameter()].GetListValue().GetValues())
	}
	head := r.open(name, parent, -1, count, inputs, spec)
	for index := range count {
		opts.DAGExecutionID = head.GetID()
		turn, err := driver.Inputs(&metadata.DAG{Execution: head}, &index, opts, r.mlmd)
		check(err)
		r.dag(r.open(name, head, index, -1, turn, spec), spec, fmt.Sprintf("%s[%d].", path, index))
	}
}

// open records a DAG whose tasks are about to run.
func (r *run) open(name string, parent *metadata.Execution, index, count int, inputs *pipelinespec.ExecutorInput_Inputs,
	spec *pipelinespec.ComponentSpec) *metadata.Execution {
	dag, err := r.mlmd.Add(metadata.DagExecutionTypeName, name, parent.GetID(), index, count, inputs, nil, nil)
	check(err)
	parameters := map[string]*structpb.Value{}
	for key, output := range spec.GetDag().GetOutputs().GetParameters() {
		written, err := protojson.Marshal(output)
		check(err)
		parameters[key] = structpb.NewStringValue(string(written))
	}
	artifacts, err := json.Marshal(spec.GetDag().GetOutputs().GetArtifacts())
	check(err)
	dag.Produces(parameters, string(artifacts))
	return dag
}

func (r *run) container(parent *metadata.Execution, name string, spec *pipelinespec.ComponentSpec,
	inputs *pipelinespec.ExecutorInput_Inputs, path string) {
	root := metadata.GenerateOutputURI("gs://bucket/root", []string{r.given.Name, "run-id"}, true)
	input := &pipelinespec.ExecutorInput{
		Inputs:  inputs,
		Outputs: driver.Outputs(root, path, spec.GetOutputDefinitions(), "attempt"),
	}
	r.received[path] = r.launch(input, spec)
	made := r.given.Made[path]
	for key, list := range input.Outputs.Artifacts {
		list.Artifacts[0].Metadata = made.Metadata[key]
	}
	_, err := r.mlmd.Add(metadata.ContainerExecutionTypeName, name, parent.GetID(), -1, -1, inputs, made.Parameters, input.Outputs.Artifacts)
	check(err)
}

func (r *run) launch(input *pipelinespec.ExecutorInput, spec *pipelinespec.ComponentSpec) received {
	container := r.deployment.GetExecutors()[spec.GetExecutorLabel()].GetContainer()
	words := []string{}
	for _, written := range [][]string{container.GetCommand(), container.GetArgs()} {
		some, err := driver.Words(written, input)
		if err != nil {
			return received{Error: err.Error()}
		}
		words = append(words, some...)
	}
	input, words, err := component.Received(input, spec, words)
	if err != nil {
		return received{Error: err.Error()}
	}
	written, err := protojson.Marshal(input)
	check(err)
	return received{ExecutorInput: written, Words: words}
}
