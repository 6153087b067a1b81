package semantic

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// CPANVersion is the version of a CPAN distribution, in the order of Perl's version.pm 0.9929.
//
// A text with a leading "v", or with two points or more, is dotted: its parts are the numbers between the points.
// Any other is decimal: the fraction is cut into groups of three digits and the last one filled with zeros, so that
// 1.10 = 1.100 = v1.100.0 < 1.9. Missing parts are zero. An underscore is left out before reading: it marks a trial
// release and does not order.
//
// See https://metacpan.org/pod/version
type CPANVersion struct {
	parts []int64
}

var _ Version = CPANVersion{}

const (
	// version.pm keeps 31 bits of a part; what is larger becomes this, and no further part is read.
	maxCPANPart = 1<<31 - 1
	// More digits than this are too large, even when the first are zeros.
	maxCPANDigits = 10
)

var cpanSyntax = regexp.MustCompile(`^(v?)([0-9]*)((?:\.[0-9]+)*)(?:_([0-9]+))?$`)

// ParseCPANVersion parses the given string as a CPAN version.
func ParseCPANVersion(str string) (CPANVersion, error) {
	m := cpanSyntax.FindStringSubmatch(str)
	if m == nil {
		return CPANVersion{}, fmt.Errorf("%w: '%s' is not allowed", ErrInvalidVersion, str)
	}
	dotted, whole, rest, alpha := m[1] == "v", m[2], strings.Split(m[3], ".")[1:], m[4]
	noWhole := whole == "" && (dotted || len(rest) == 0)
	noPoint := alpha != "" && len(rest) == 0
	if noWhole || noPoint {
		return CPANVersion{}, fmt.Errorf("%w: '%s' is not allowed", ErrInvalidVersion, str)
	}
	digits := []string{whole}
	if dotted || len(rest) > 1 {
		for _, part := range rest {
			digits = append(digits, strings.TrimLeft(part, "0"))
		}
		digits[len(digits)-1] += alpha
	} else if len(rest) == 1 {
		digits = append(digits, thousandths(rest[0]+alpha)...)
	}

	return CPANVersion{cpanParts(digits)}, nil
}

// thousandths cuts a fraction into groups of three digits.
func thousandths(fraction string) []string {
	var groups []string
	for ; len(fraction) > 3; fraction = fraction[3:] {
		groups = append(groups, fraction[:3])
	}

	return append(groups, (fraction + "00")[:3])
}

func cpanParts(digits []string) []int64 {
	parts := make([]int64, 0, len(digits))
	for _, d := range digits {
		part, err := strconv.ParseInt("0"+d, 10, 64)
		if err != nil || len(d) > maxCPANDigits || part > maxCPANPart {
			return append(parts, maxCPANPart)
		}
		parts = append(parts, part)
	}

	return parts
}

// Normal returns the dotted form with at least three parts, like "v1.200.0" for "1.2". It parses to an equal version.
func (v CPANVersion) Normal() string {
	texts := make([]string, 0, 3)
	for i := 0; i < len(v.parts) || i < 3; i++ {
		texts = append(texts, strconv.FormatInt(v.part(i), 10))
	}

	return "v" + strings.Join(texts, ".")
}

func (v CPANVersion) part(i int) int64 {
	if i < len(v.parts) {
		return v.parts[i]
	}

	return 0
}

func (v CPANVersion) compare(w CPANVersion) int {
	for i := 0; i < len(v.parts) || i < len(w.parts); i++ {
		if a, b := v.part(i), w.part(i); a < b {
			return -1
		} else if a > b {
			return 1
		}
	}

	return 0
}

// Compare compares the given version to the receiver.
func (v CPANVersion) Compare(w Version) (int, error) {
	if w, ok := w.(CPANVersion); ok {
		return v.compare(w), nil
	}

	return 0, ErrNotSameEcosystem
}

// CompareStr compares the given string to the receiver.
func (v CPANVersion) CompareStr(str string) (int, error) {
	w, err := ParseCPANVersion(str)
	if err != nil {
		return 0, err
	}

	return v.compare(w), nil
}
