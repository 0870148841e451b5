package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func loadText(t *testing.T, text string) error {
	t.Helper()
	path := writeText(t, "docker-compose.yml", text)
	_, err := load(path)
	return err
}

// writeText writes a file into a folder of its own, and gives its path.
func writeText(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoadAcceptsAWholeFile(t *testing.T) {
	if err := loadText(t, "services:\n  one:\n    image: example.org/one:1\n"); err != nil {
		t.Fatal(err)
	}
}

func TestLoadRefusesAnUnknownKeyByItsPath(t *testing.T) {
	err := loadText(t, "services:\n  one:\n    image: example.org/one:1\n    enviroment: {}\n")
	if err == nil || !strings.Contains(err.Error(), "enviroment") {
		t.Fatalf("the misspelt key was not named: %v", err)
	}
}

func TestLoadRefusesADependencyThatIsNotThere(t *testing.T) {
	if err := loadText(t, "services:\n  one:\n    image: example.org/one:1\n    depends_on: [two]\n"); err == nil {
		t.Fatal("a dependency on a missing service was accepted")
	}
}

func TestFindFilesWantsWhatIsMounted(t *testing.T) {
	const service = "services:\n  one:\n    image: example.org/one:1\n"
	for name, tail := range map[string]string{
		"a config": "configs:\n  rules:\n    file: ./rules.yml\n",
		"a folder": "    volumes: ['./rules.yml:/rules.yml:ro']\n",
	} {
		path := writeText(t, "docker-compose.yml", service+tail)
		project, err := load(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := findFiles(project); err == nil || !strings.Contains(err.Error(), "rules.yml") {
			t.Fatalf("%s that is missing was not named: %v", name, err)
		}
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), "rules.yml"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := findFiles(project); err != nil {
			t.Fatalf("%s that is there was not found: %v", name, err)
		}
	}
}

func TestFindFilesLeavesAloneWhatIsNoFile(t *testing.T) {
	const text = "services:\n  one:\n    image: example.org/one:1\n    volumes: ['data:/data']\nvolumes:\n  data:\nconfigs:\n  text:\n    content: a\n"
	project, err := load(writeText(t, "docker-compose.yml", text))
	if err != nil {
		t.Fatal(err)
	}
	if err := findFiles(project); err != nil {
		t.Fatal(err)
	}
}
