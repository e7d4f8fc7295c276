package dev.pt2st.archive;

import dev.pt2st.archive.compression.Compression;
import dev.pt2st.io.MappedFile;
import java.util.List;

/** What a checkpoint file is made of. */
public sealed interface Container {

  /** The file. */
  MappedFile file();

  /** The layout's name, as users know it. */
  String layout();

  /** The size of all its files, in bytes. */
  default long inputBytes() {
    return file().size();
  }

  /** A file that contains checkpoints but is not one itself: {@link Unpacking} unpacks it. */
  sealed interface Wrapped extends Container {}

  /** One file, compressed. */
  record Compressed(MappedFile file, Compression compression) implements Wrapped {
    @Override
    public String layout() {
      return compression.shown();
    }
  }

  /** An archive of files that are not the parts of one checkpoint. */
  record Archive(MappedFile file, ArchiveFormat format) implements Wrapped {
    @Override
    public String layout() {
      return format.shown() + " archive";
    }
  }

  /** PyTorch 1.6 and later: a ZIP with {@code data.pkl} and one record for each storage. */
  record TorchZip(MappedFile file, ZipArchive archive, ZipEntry pickle) implements Container {
    @Override
    public String layout() {
      return "PyTorch ZIP";
    }
  }

  /**
   * TorchScript since PyTorch 1.4: a ZIP with the module in {@code data.pkl} and what its code uses
   * in {@code constants.pkl}.
   */
  record TorchScript(MappedFile file, ZipArchive archive, ZipEntry pickle, ZipEntry constants)
      implements Container {
    @Override
    public String layout() {
      return "TorchScript";
    }
  }

  /** TorchScript of PyTorch 1.0 to 1.3: a ZIP with modules and a table of tensors in JSON. */
  record LegacyTorchScript(MappedFile file, ZipArchive archive, ZipEntry model)
      implements Container {
    @Override
    public String layout() {
      return "TorchScript of PyTorch 1.0 to 1.3";
    }
  }

  /** Programs of {@code torch.export.save}, mostly one. */
  record ExportedPrograms(MappedFile file, ZipArchive archive, List<ExportedProgram> programs)
      implements Container {
    public ExportedPrograms {
      programs = List.copyOf(programs);
    }

    @Override
    public String layout() {
      return "exported program";
    }
  }

  /**
   * A package of {@code torch.package}: Python code, pickles under any name, and one record for
   * each storage in {@code .data/}.
   */
  record TorchPackage(MappedFile file, ZipArchive archive, List<ZipEntry> pickles)
      implements Container {
    public TorchPackage {
      pickles = List.copyOf(pickles);
    }

    @Override
    public String layout() {
      return "torch.package archive";
    }
  }

  /** PyTorch 0.1.10 to 1.5: five pickles in a row, then the storages. */
  record LegacyStream(MappedFile file) implements Container {
    @Override
    public String layout() {
      return "PyTorch legacy stream";
    }
  }

  /**
   * PyTorch before 0.1.10: a tar, of which the files {@code pickle}, {@code tensors} and {@code
   * storages} are read.
   */
  record TorchTar(MappedFile file, TarArchive archive) implements Container {
    @Override
    public String layout() {
      return "PyTorch tar";
    }
  }

  /**
   * A folder that several processes wrote as one checkpoint.
   *
   * @param file the one that names the others, or represents them
   * @param layout the layout's name, as users know it
   * @param inputBytes the size of all files that are read, in bytes
   */
  record Folder(MappedFile file, String layout, long inputBytes) implements Container {}

  /** One pickle that was written without {@code torch.save}. */
  record RawPickle(MappedFile file) implements Container {
    @Override
    public String layout() {
      return "pickle";
    }
  }
}
