// What the API server's own CEL answers, for comparison with Seawall's.
//
//	echo '{"Expr": "1 + 1", "Object": {}, "Version": "1.30"}' | cel_oracle
//	{"value":"2","type":"int","cost":1}
//
// Each line {"Expr", "Object", "Version"} is answered with one: {"value", "type", "cost"} and, of
// an optional with a value, "optional_of", its type; {"error", "cost"}; {"compile_error"}; or
// {"bad_input"}. The variable `object` is of type dyn; the environment is that of new expressions
// of the version (default 1.36). tests/peers/cel.py compares the answers.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	kubejson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"
)

type question struct {
	Expr    string
	Object  json.RawMessage
	Version string
}

type answer map[string]any

var environments = map[string]*cel.Env{}

func environmentOf(name string) (*cel.Env, error) {
	if found := environments[name]; found != nil {
		return found, nil
	}
	parsed, err := version.Parse(name)
	if err != nil {
		return nil, err
	}
	base := environment.MustBaseEnvSet(parsed)
	set, err := base.Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions:        []cel.EnvOption{cel.Variable("object", cel.DynType)},
	})
	if err != nil {
		return nil, err
	}
	made := set.NewExpressionsEnv()
	environments[name] = made
	return made, nil
}

func answerTo(asked question) answer {
	if asked.Version == "" {
		asked.Version = "1.36"
	}
	env, err := environmentOf(asked.Version)
	if err != nil {
		return answer{"bad_input": err.Error()}
	}
	var object any
	if len(asked.Object) != 0 {
		if err := kubejson.Unmarshal(asked.Object, &object); err != nil {
			return answer{"bad_input": err.Error()}
		}
	}
	checked, issues := env.Compile(asked.Expr)
	if issues != nil && issues.Err() != nil {
		return answer{"compile_error": issues.Err().Error()}
	}
	program, err := env.Program(checked)
	if err != nil {
		return answer{"compile_error": err.Error()}
	}
	value, details, err := program.Eval(map[string]any{"object": object})
	var cost uint64
	if details != nil && details.ActualCost() != nil {
		cost = *details.ActualCost()
	}
	if err != nil {
		return answer{"error": err.Error(), "cost": cost}
	}
	made := answer{"value": fmt.Sprint(value.Value()), "type": value.Type().TypeName(), "cost": cost}
	if optional, is := value.(*types.Optional); is && optional.HasValue() {
		made["optional_of"] = optional.GetValue().Type().TypeName()
	}
	return made
}

// A failure of theirs is an answer, not the end.
func answerSafely(asked question) (made answer) {
	defer func() {
		if failure := recover(); failure != nil {
			made = answer{"error": fmt.Sprintf("internal error: %v", failure), "cost": 0}
		}
	}()
	return answerTo(asked)
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) != 0 {
			var asked question
			made := answer{}
			if bad := json.Unmarshal(line, &asked); bad != nil {
				made["bad_input"] = bad.Error()
			} else {
				made = answerSafely(asked)
			}
			if encoder.Encode(made) != nil || (lines.Buffered() == 0 && out.Flush() != nil) {
				os.Exit(1)
			}
		}
		if err != nil {
			break
		}
	}
	if out.Flush() != nil {
		os.Exit(1)
	}
}
