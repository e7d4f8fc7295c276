package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.ThrowsTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.Name;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is exported is documented: each type, constant, method and constructor, each component of a
 * record, and each checked exception. The linter of javac would ask for a tag for every parameter
 * and result too, also where the sentence before says it.
 */
class JavadocTest {
  private static final Path SOURCES =
      Path.of(System.getProperty("pt2st.root", "..")).resolve("converter-core/src/main/java");

  private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");

  static Stream<String> exported() throws IOException {
    return EXPORTS
        .matcher(Files.readString(SOURCES.resolve("module-info.java")))
        .results()
        .map(found -> found.group(1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("exported")
  void whatIsExportedIsDocumented(String name) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
        Stream<Path> files = Files.list(SOURCES.resolve(name.replace('.', '/')))) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(sources));
      Undocumented found = new Undocumented(DocTrees.instance(task));
      for (CompilationUnitTree unit : task.parse()) {
        found.scan(unit, null);
      }

      assertThat(found.documented).isPositive();
      assertThat(found.places).isEmpty();
    }
  }

  /** Goes through what is public of parsed sources. */
  private static final class Undocumented extends TreePathScanner<Void, Void> {
    private final DocTrees trees;
    final List<String> places = new ArrayList<>();
    int documented;

    Undocumented(DocTrees trees) {
      this.trees = trees;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      if (!isPublic(type.getModifiers())) {
        return null;
      }
      DocCommentTree comment = comment(type.getSimpleName().toString());
      if (type.getKind() == Tree.Kind.RECORD && comment != null) {
        Set<String> components = new TreeSet<>();
        components(type).forEach(component -> components.add(component.toString()));
        for (DocTree tag : comment.getBlockTags()) {
          if (tag instanceof ParamTree param) {
            components.remove(param.getName().toString());
          }
        }
        components.forEach(component -> missing(type.getSimpleName() + ", @param " + component));
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitVariable(VariableTree field, Void unused) {
      if (getCurrentPath().getParentPath().getLeaf() instanceof ClassTree
          && isPublic(field.getModifiers())) {
        comment(field.getName().toString());
      }
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      ModifiersTree modifiers = method.getModifiers();
      boolean overrides =
          modifiers.getAnnotations().stream()
              .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
      if (!isPublic(modifiers) || overrides || isCanonical(method)) {
        return null;
      }
      DocCommentTree comment = comment(method.getName().toString());
      if (comment != null) {
        Set<String> thrown = new TreeSet<>();
        for (ExpressionTree exception : method.getThrows()) {
          thrown.add(exception.toString());
        }
        for (DocTree tag : comment.getBlockTags()) {
          if (tag instanceof ThrowsTree throwsTag) {
            String name = throwsTag.getExceptionName().getSignature();
            thrown.remove(name);
            if (name.matches("(Malformed|Refused|Unsupported|Limit)Exception")) {
              thrown.remove("CheckpointException"); // whose kinds these are
            }
          }
        }
        thrown.forEach(exception -> missing(method.getName() + ", @throws " + exception));
      }
      return null;
    }

    /**
     * The constructor of a record that checks or copies its components, which the type documents.
     */
    private boolean isCanonical(MethodTree method) {
      return getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
          && type.getKind() == Tree.Kind.RECORD
          && method.getReturnType() == null
          && method.getParameters().stream()
              .map(VariableTree::getName)
              .toList()
              .equals(components(type));
    }

    private static List<Name> components(ClassTree type) {
      List<Name> components = new ArrayList<>();
      for (Tree member : type.getMembers()) {
        if (member instanceof VariableTree field
            && !field.getModifiers().getFlags().contains(Modifier.STATIC)) {
          components.add(field.getName());
        }
      }
      return components;
    }

    private @Nullable DocCommentTree comment(String name) {
      DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
      if (comment == null || comment.getFullBody().isEmpty()) {
        missing(name);
      } else {
        documented++;
      }
      return comment;
    }

    private void missing(String what) {
      Tree leaf = getCurrentPath().getLeaf();
      CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
      long line =
          unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, leaf));
      places.add(Path.of(unit.getSourceFile().getName()).getFileName() + ":" + line + ": " + what);
    }

    /**
     * Whether users see it: members of an interface and constants of an enum are public as such.
     */
    private boolean isPublic(ModifiersTree modifiers) {
      if (modifiers.getFlags().contains(Modifier.PUBLIC)) {
        return true;
      }
      TreePath parent = getCurrentPath().getParentPath();
      return parent.getLeaf().getKind() == Tree.Kind.INTERFACE
          && !modifiers.getFlags().contains(Modifier.PRIVATE);
    }
  }
}
