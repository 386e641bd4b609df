// Lucene's text search in the protocol of bench/peers/vecstore_text.cc. One thread, one segment, BM25 with k1 1.2 and b 0.75, and the text
// and a number stored with each passage, as VecStore has an id. Answers are document numbers, which are those of the passages.
//
// Lengths of texts: in one byte, as Lucene keeps them, or with lengths=exact whole, as VecStore does, to compare scores.
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.BufferedOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.stream.Stream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

public final class Lucene {
  private static final float K1 = 1.2f, B = 0.75f;
  private static final int WARM_UP = 100;
  private static final double WARM_UP_SECONDS = 10; // of all queries, for the compiler

  // BM25 as BM25Similarity has it, with lengths as they are.
  private static final class ExactLengths extends Similarity {
    @Override
    public long computeNorm(FieldInvertState state) {
      return state.getLength() - state.getNumOverlap();
    }

    @Override
    public SimScorer scorer(float boost, CollectionStatistics field, TermStatistics... terms) {
      final double average = (double) field.sumTotalTermFreq() / field.docCount();
      double sum = 0;
      for (TermStatistics term : terms) {
        sum += Math.log(1 + (field.docCount() - term.docFreq() + 0.5) / (term.docFreq() + 0.5));
      }
      final double weight = boost * sum;
      return new SimScorer() {
        @Override
        public float score(float frequency, long length) {
          return (float) (weight * (1 - 1 / (1 + frequency / (K1 * (1 - B + B * length / average)))));
        }
      };
    }
  }

  private static Similarity similarity(Map<String, String> settings) {
    return "exact".equals(settings.get("lengths")) ? new ExactLengths() : new BM25Similarity(K1, B);
  }

  private static double seconds() {
    return System.nanoTime() * 1e-9;
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() * 1e-9;
  }

  private static long residentBytes() throws IOException {
    return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
  }

  private static Map<String, String> settings(String[] words, int from) {
    Map<String, String> settings = new HashMap<>();
    for (String word : Arrays.copyOfRange(words, from, words.length)) {
      String[] parts = word.split("=", 2);
      settings.put(parts[0], parts[1]);
    }
    return settings;
  }

  private static void build(Map<String, String> settings, long most) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(new WhitespaceAnalyzer());
    config.setSimilarity(similarity(settings));
    config.setRAMBufferSizeMB(512);
    config.setMergeScheduler(new SerialMergeScheduler());
    config.setUseCompoundFile(false);
    try (Directory directory = new MMapDirectory(Path.of(settings.get("index")));
        IndexWriter writer = new IndexWriter(directory, config);
        Stream<String> lines = Files.lines(Path.of(settings.get("base")))) {
      int row = 0;
      for (String line : (Iterable<String>) lines.limit(most)::iterator) {
        Document document = new Document();
        document.add(new StoredField("id", row++));
        document.add(new TextField("text", line, Field.Store.YES));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
      writer.commit();
    }
  }

  private static long indexBytes(Path folder) throws IOException {
    long sum = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!file.getFileName().toString().matches(".*\\.fd[tmx]")) sum += Files.size(file); // these have what is stored
      }
    }
    return sum;
  }

  private record Question(String kind, String[] words) {
    Query query() {
      if (kind.startsWith("phrase")) return new PhraseQuery("text", words);
      if (words.length == 1) return new TermQuery(new Term("text", words[0]));
      BooleanQuery.Builder builder = new BooleanQuery.Builder();
      for (String word : words) builder.add(new TermQuery(new Term("text", word)), BooleanClause.Occur.SHOULD);
      return builder.build();
    }
  }

  private static List<Question> questions(Map<String, String> settings) throws IOException {
    List<Question> questions = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(settings.get("queries")))) {
      String[] parts = line.split("\t");
      questions.add(new Question(parts[0], parts[1].split(" ")));
    }
    return questions;
  }

  private static IndexSearcher searcher(Map<String, String> settings) throws IOException {
    IndexSearcher searcher = new IndexSearcher(DirectoryReader.open(new MMapDirectory(Path.of(settings.get("index")))));
    searcher.setSimilarity(similarity(settings));
    searcher.setQueryCache(null);
    return searcher;
  }

  // Counts no hits beyond the k best: what may be skipped is.
  private static TopDocs ask(IndexSearcher searcher, Question question, int k) throws IOException {
    return searcher.search(question.query(), new TopScoreDocCollectorManager(k, k));
  }

  private static void query(IndexSearcher searcher, List<Question> questions, Map<String, String> settings) throws IOException {
    final int k = Integer.parseInt(settings.get("k"));
    List<Question> asked = new ArrayList<>(questions.stream().filter(q -> q.kind().equals(settings.get("kind"))).toList());
    if (settings.containsKey("count")) asked = asked.subList(0, Math.min(asked.size(), Integer.parseInt(settings.get("count"))));
    for (int i = 0; i < Math.min(WARM_UP, asked.size()); ++i) ask(searcher, asked.get(asked.size() - 1 - i), k);
    double[] took = new double[asked.size()];
    TopDocs[] found = new TopDocs[asked.size()];
    final double begin = seconds(), beginCpu = cpuSeconds();
    for (int i = 0; i < took.length; ++i) {
      final long before = System.nanoTime();
      found[i] = ask(searcher, asked.get(i), k);
      took[i] = (System.nanoTime() - before) * 1e-3;
    }
    final double busy = (cpuSeconds() - beginCpu) / (seconds() - begin), sum = Arrays.stream(took).sum() * 1e-6;
    if (settings.containsKey("answers")) write(found, k, settings.get("answers"));
    Arrays.sort(took);
    System.out.printf("{\"queries\": %d, \"seconds\": %.6f, \"cpu_over_wall\": %.3f, \"p50_us\": %.2f, \"p95_us\": %.2f, \"p99_us\": %.2f}%n",
        took.length, sum, busy, took[took.length * 50 / 100], took[took.length * 95 / 100], took[took.length * 99 / 100]);
  }

  private static void write(TopDocs[] found, int k, String path) throws IOException {
    try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(path)))) {
      for (TopDocs answer : found) {
        ScoreDoc[] hits = answer.scoreDocs;
        for (int i = 0; i < k; ++i) out.writeInt(Integer.reverseBytes(i < hits.length ? hits[i].doc : -1));
        for (int i = 0; i < k; ++i) out.writeInt(Integer.reverseBytes(Float.floatToIntBits(i < hits.length ? hits[i].score : 0)));
      }
    }
  }

  private static void serve(Map<String, String> settings) throws IOException {
    List<Question> questions = questions(settings);
    final long before = residentBytes();
    final double begin = seconds();
    IndexSearcher searcher = searcher(settings);
    System.out.printf("{\"open_seconds\": %.6f}%n", seconds() - begin);
    for (final double until = seconds() + WARM_UP_SECONDS; seconds() < until; ) {
      for (Question question : questions) {
        ask(searcher, question, 10);
        ask(searcher, question, 100);
      }
    }
    Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8);
    while (lines.hasNextLine()) {
      String[] words = lines.nextLine().split(" ");
      if (words[0].equals("query")) {
        query(searcher, questions, settings(words, 1));
      } else if (words[0].equals("memory")) {
        System.out.printf("{\"resident_bytes\": %d}%n", residentBytes() - before);
      } else {
        throw new IllegalArgumentException("unknown command " + words[0]);
      }
    }
  }

  // Of calls among 100 passages.
  private static void floor(Map<String, String> settings) throws IOException {
    build(settings, 100);
    IndexSearcher searcher = searcher(settings);
    List<Question> questions = questions(settings);
    double least = 1e9;
    for (int round = 0; round < 20; ++round) {
      double[] took = new double[2000];
      for (int i = 0; i < took.length; ++i) {
        final long before = System.nanoTime();
        ask(searcher, questions.get(i % questions.size()), 10);
        took[i] = (System.nanoTime() - before) * 1e-3;
      }
      Arrays.sort(took);
      least = Math.min(least, took[took.length / 2]);
    }
    System.out.printf("{\"floor_us\": %.2f}%n", least);
  }

  public static void main(String[] words) {
    try {
      Map<String, String> settings = settings(words, 1);
      switch (words[0]) {
        case "build" -> {
          final double begin = seconds(), beginCpu = cpuSeconds();
          build(settings, Long.MAX_VALUE);
          System.out.printf("{\"build_seconds\": %.3f, \"build_cpu_seconds\": %.3f, \"text_index_bytes\": %d}%n", seconds() - begin,
              cpuSeconds() - beginCpu, indexBytes(Path.of(settings.get("index"))));
        }
        case "floor" -> floor(settings);
        case "serve" -> serve(settings);
        default -> throw new IllegalArgumentException("unknown verb " + words[0]);
      }
    } catch (Exception error) {
      System.out.printf("{\"error\": \"%s\"}%n", error.toString().replaceAll("[\"\\\\\\p{Cntrl}]", "'"));
      System.exit(1);
    }
  }
}
