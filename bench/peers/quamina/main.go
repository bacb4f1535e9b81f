// quamina as a contender: quamina-driver PATTERNS DATA COPIES.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log"
	"os"
	"strconv"
	"time"

	"quamina.net/go/quamina"
)

type rule struct {
	Name    string          `json:"name"`
	Pattern json.RawMessage `json:"pattern"`
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: quamina-driver PATTERNS DATA COPIES")
	}
	matcher, err := quamina.New()
	check(err)
	patterns, err := os.ReadFile(os.Args[1])
	check(err)
	for _, line := range bytes.Split(bytes.TrimSpace(patterns), []byte("\n")) {
		var r rule
		check(json.Unmarshal(line, &r))
		check(matcher.AddPattern(r.Name, string(r.Pattern)))
	}
	data, err := os.ReadFile(os.Args[2])
	check(err)
	copies, err := strconv.Atoi(os.Args[3])
	check(err)
	data = bytes.Repeat(data, copies)

	answers := json.NewEncoder(os.Stdout)
	check(answers.Encode(map[string]any{"ready": true}))
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		check(answers.Encode(pass(matcher, data)))
	}
}

func pass(matcher *quamina.Quamina, data []byte) map[string]any {
	hits := map[quamina.X]int{}
	events := 0
	begin := time.Now()
	for rest := data; len(rest) > 0; {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line, rest = rest[:end], rest[end+1:]
		} else {
			rest = nil
		}
		matched, err := matcher.MatchesForEvent(line)
		check(err)
		events++
		for _, name := range matched {
			hits[name]++
		}
	}
	seconds := time.Since(begin).Seconds()
	named := map[string]int{}
	for name, count := range hits {
		named[name.(string)] = count
	}
	return map[string]any{"seconds": seconds, "events": events, "bytes": len(data), "hits": named}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
