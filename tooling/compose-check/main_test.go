package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func loadText(t *testing.T, text string) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "docker-compose.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := load(path)
	return err
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
