package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.archive.ZipSurvey;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An entry is scanned once, and again where less is around it: more of it may be opened there. */
class SurveyedPartsTest {
  @TempDir Path folder;

  private MappedFile file() throws IOException {
    return MappedFile.open(Files.write(folder.resolve("a.zip"), new byte[100]));
  }

  private static ZipSurvey.Found entry(long offset, long size, int method) {
    return new ZipSurvey.Found("name", offset, size, size, method, false);
  }

  @Test
  void anEntryIsScannedAgainOnlyAtALesserDepth() throws Exception {
    try (MappedFile file = file()) {
      SurveyedParts parts = new SurveyedParts(Limits.STANDARD);
      assertThat(parts.add(file, entry(10, 20, 0), 3)).isTrue();
      assertThat(parts.add(file, entry(10, 20, 0), 3)).isFalse();
      assertThat(parts.add(file, entry(10, 20, 0), 4)).isFalse();
      assertThat(parts.add(file, entry(10, 20, 0), 2)).isTrue();
      assertThat(parts.add(file, entry(10, 20, 0), 2)).isFalse();
      assertThat(parts.add(file, entry(10, 20, 0), 3)).isFalse();
    }
  }

  @Test
  void otherBytesAndOtherMethodsAreOthers() throws Exception {
    try (MappedFile file = file()) {
      SurveyedParts parts = new SurveyedParts(Limits.STANDARD);
      assertThat(parts.add(file, entry(10, 20, 0), 1)).isTrue();
      assertThat(parts.add(file, entry(11, 20, 0), 1)).isTrue();
      assertThat(parts.add(file, entry(10, 21, 0), 1)).isTrue();
      assertThat(parts.add(file, entry(10, 20, 8), 1)).isTrue();
      // The same byte, reached through a part of the file.
      MappedFile part = file.part(file.name(), 4, 90);
      assertThat(parts.add(part, entry(6, 20, 0), 1)).isFalse();
    }
  }

  @Test
  void entriesOfAllArchivesCountTogether() throws Exception {
    try (MappedFile file = file()) {
      SurveyedParts parts = new SurveyedParts(Limits.STANDARD.with(Limit.ENTRIES, 2));
      parts.add(file, entry(10, 20, 0), 2);
      parts.add(file, entry(11, 20, 0), 2);
      assertThat(parts.add(file, entry(10, 20, 0), 1)).isTrue();
      assertThatThrownBy(() -> parts.add(file, entry(12, 20, 0), 2))
          .isInstanceOf(LimitException.class);
    }
  }
}
