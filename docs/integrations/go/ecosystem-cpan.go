package ecosystem

import (
	"strings"

	"github.com/google/osv-scalibr/semantic"
)

type cpanEcosystem struct{}

var _ Ecosystem = cpanEcosystem{}

func (e cpanEcosystem) Parse(version string) (Version, error) {
	ver, err := semantic.ParseCPANVersion(version)
	if err != nil {
		return nil, err
	}

	return SemanticVersionWrapper[semantic.CPANVersion]{ver}, nil
}

// Coarse is the first three parts of a version; they are the same for versions that are equal.
func (e cpanEcosystem) Coarse(version string) (string, error) {
	ver, err := semantic.ParseCPANVersion(version)
	if err != nil {
		return "", err
	}

	return semverCoarseVersioner.Format(0, strings.TrimPrefix(ver.Normal(), "v")), nil
}

func (e cpanEcosystem) IsSemver() bool {
	return false
}
