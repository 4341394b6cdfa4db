package metadata

import (
	"context"
	"maps"
	"slices"

	"github.com/kubeflow/pipelines/api/v2alpha1/go/pipelinespec"
	pb "github.com/kubeflow/pipelines/third_party/ml-metadata/go/ml_metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// Client keeps in memory what the driver reads of a run's earlier executions from ML Metadata.
type Client struct {
	executions []*pb.Execution
	taken      map[int64]map[string]*pipelinespec.ArtifactList
	made       map[int64]map[string]*OutputArtifact
	artifacts  int64
}

func NewClient() *Client {
	return &Client{
		taken: map[int64]map[string]*pipelinespec.ArtifactList{},
		made:  map[int64]map[string]*OutputArtifact{},
	}
}

// Add records an execution that has ended well. index and count are -1 where it is no turn and no loop.
func (c *Client) Add(kind ExecutionType, task string, parent int64, index, count int, inputs *pipelinespec.ExecutorInput_Inputs,
	outputs map[string]*structpb.Value, made map[string]*pipelinespec.ArtifactList) (*Execution, error) {
	id := int64(len(c.executions) + 1)
	fields := func(values map[string]*structpb.Value) *pb.Value {
		return &pb.Value{Value: &pb.Value_StructValue{StructValue: &structpb.Struct{Fields: values}}}
	}
	e := &pb.Execution{
		Id:             &id,
		Type:           proto.String(string(kind)),
		LastKnownState: pb.Execution_COMPLETE.Enum(),
		CustomProperties: map[string]*pb.Value{
			keyTaskName: StringValue(task),
			keyInputs:   fields(inputs.GetParameterValues()),
			keyOutputs:  fields(outputs),
		},
	}
	if parent != 0 {
		e.CustomProperties[keyParentDagID] = intValue(parent)
	}
	if index >= 0 {
		e.CustomProperties[keyIterationIndex] = intValue(int64(index))
	}
	if count >= 0 {
		e.CustomProperties[keyIterationCount] = intValue(int64(count))
	}
	c.executions = append(c.executions, e)
	c.taken[id] = inputs.GetArtifacts()
	c.made[id] = map[string]*OutputArtifact{}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		artifact, err := toMLMDArtifact(made[name].Artifacts[0])
		if err != nil {
			return nil, err
		}
		c.artifacts++
		artifact.Id = proto.Int64(c.artifacts)
		// What RecordArtifact adds.
		if _, ok := artifact.CustomProperties["display_name"]; !ok {
			artifact.CustomProperties["display_name"] = StringValue(name)
		}
		if _, ok := artifact.CustomProperties["store_session_info"]; !ok {
			artifact.CustomProperties["store_session_info"] = StringValue("null")
		}
		c.made[id][name] = &OutputArtifact{Name: name, Artifact: artifact}
	}
	return &Execution{Execution: e}, nil
}

// Produces records which tasks give the outputs of a DAG.
func (e *Execution) Produces(parameters map[string]*structpb.Value, artifacts string) {
	e.Execution.CustomProperties[keyParameterProducerTask] = &pb.Value{
		Value: &pb.Value_StructValue{StructValue: &structpb.Struct{Fields: parameters}},
	}
	e.Execution.CustomProperties[keyArtifactProducerTask] = StringValue(artifacts)
}

func (c *Client) GetExecution(_ context.Context, id int64) (*Execution, error) {
	return &Execution{Execution: c.executions[id-1]}, nil
}

func (c *Client) GetDAG(ctx context.Context, id int64) (*DAG, error) {
	e, err := c.GetExecution(ctx, id)
	return &DAG{Execution: e}, err
}

func (c *Client) GetOutputArtifactsByExecutionId(_ context.Context, id int64) (map[string]*OutputArtifact, error) {
	return c.made[id], nil
}

// GetInputArtifactsByExecutionID gives them without their types, which ML Metadata's events do not name either.
func (c *Client) GetInputArtifactsByExecutionID(_ context.Context, id int64) (map[string]*pipelinespec.ArtifactList, error) {
	found := map[string]*pipelinespec.ArtifactList{}
	for name, list := range c.taken[id] {
		copied := proto.Clone(list).(*pipelinespec.ArtifactList)
		for _, artifact := range copied.Artifacts {
			artifact.Type = nil
		}
		found[name] = copied
	}
	return found, nil
}

func (c *Client) GetExecutionsInDAG(_ context.Context, dag *DAG, _ *Pipeline, _ bool) (map[string]*Execution, error) {
	found := map[string]*Execution{}
	parent := dag.Execution.GetID()
	for _, e := range c.executions {
		if e.GetCustomProperties()[keyParentDagID].GetIntValue() != parent {
			continue
		}
		execution := &Execution{Execution: e}
		name := GetTaskNameWithDagID(execution.TaskName(), parent)
		// As in GetExecutionsInDAG of KFP's client.
		if index := e.GetCustomProperties()[keyIterationIndex]; index != nil {
			name = GetParallelForTaskName(name, index.GetIntValue())
		} else if index := dag.Execution.GetExecution().GetCustomProperties()[keyIterationIndex]; index != nil {
			name = GetParallelForTaskName(name, index.GetIntValue())
		}
		found[name] = execution
	}
	return found, nil
}
