// Command compose-check reads Compose files with the parser that Docker Compose itself uses, and prints what is wrong.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: compose-check <compose file>...")
		os.Exit(2)
	}
	for _, path := range os.Args[1:] {
		project, err := load(path)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			os.Exit(1)
		}
		fmt.Printf("ok %s: %d services\n", path, len(project.Services))
	}
}

// load parses one file strictly: unknown keys, missing services and broken interpolation are errors.
func load(path string) (*types.Project, error) {
	options, err := cli.NewProjectOptions([]string{path}, cli.WithName("headwater"))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
}
