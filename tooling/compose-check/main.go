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
		if err := findFiles(project); err != nil {
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

// findFiles looks for everything that containers are given from the disk. Docker would make an empty folder in the place of
// a missing one, and a service would start without what it needs.
func findFiles(project *types.Project) error {
	sources := map[string]string{}
	for name, config := range project.Configs {
		sources["config "+name] = config.File
	}
	for name, secret := range project.Secrets {
		sources["secret "+name] = secret.File
	}
	for name, service := range project.Services {
		for _, volume := range service.Volumes {
			if volume.Type == types.VolumeTypeBind {
				sources[fmt.Sprintf("volume of %s at %s", name, volume.Target)] = volume.Source
			}
		}
	}
	for what, source := range sources {
		if source == "" {
			continue
		}
		if _, err := os.Stat(source); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return nil
}
