package bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.event.ruler.Machine;

/**
 * event-ruler as a contender: Driver PATTERNS DATA COPIES, or Driver build PATTERNS.
 *
 * <p>What it takes are Strings, so each line is one before the clock starts; every copy has its own.
 */
public final class Driver {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("build")) {
      serveBuild(arguments[1]);
    } else {
      serveMatch(arguments[0], arguments[1], Integer.parseInt(arguments[2]));
    }
  }

  private static Machine readMachine(String path) throws Exception {
    Machine machine = new Machine();
    for (String line : Files.readAllLines(Path.of(path))) {
      JsonNode node = MAPPER.readTree(line);
      machine.addRule(node.get("name").asText(), node.get("pattern").toString());
    }
    return machine;
  }

  private static void serveMatch(String patterns, String data, int copies) throws Exception {
    Machine machine = readMachine(patterns);
    byte[] bytes = Files.readAllBytes(Path.of(data));
    List<String> events = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      int begin = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          events.add(new String(bytes, begin, i - begin, StandardCharsets.UTF_8));
          begin = i + 1;
        }
      }
    }
    long size = (long) bytes.length * copies;
    say(Map.of("ready", true));
    while (told()) {
      Map<String, long[]> hits = new TreeMap<>();
      long begin = System.nanoTime();
      for (String event : events) {
        for (String rule : machine.rulesForJSONEvent(event)) {
          hits.computeIfAbsent(rule, name -> new long[1])[0]++;
        }
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      Map<String, Long> counts = new TreeMap<>();
      hits.forEach((rule, count) -> counts.put(rule, count[0]));
      say(Map.of("seconds", seconds, "events", events.size(), "bytes", size, "hits", counts));
    }
  }

  private static void serveBuild(String patterns) throws Exception {
    say(Map.of("ready", true));
    while (told()) {
      long begin = System.nanoTime();
      readMachine(patterns);
      double seconds = (System.nanoTime() - begin) / 1e9;
      int rules = Files.readAllLines(Path.of(patterns)).size();
      say(Map.of("seconds", seconds, "events", rules, "bytes", rules, "hits", Map.of()));
    }
  }

  private static final BufferedReader INPUT =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private static boolean told() throws Exception {
    return INPUT.readLine() != null;
  }

  private static void say(Map<String, ?> answer) throws Exception {
    System.out.println(MAPPER.writeValueAsString(answer));
  }
}
