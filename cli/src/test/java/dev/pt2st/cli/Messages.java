package dev.pt2st.cli;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The first words of the messages of the program, read out of its sources: whatever is given to the
 * constructor of an exception that a user sees, with … for what is not known before it runs. A
 * method that passes one of its parameters on to such a constructor is looked at where it is
 * called.
 */
final class Messages {
  static final String VARIABLE = "…";

  /** So many of its words tell a message from others. */
  private static final int WORDS = 7;

  private static final int FEWEST = 3;

  /** More than this many forms of one message are not told apart. */
  private static final int FORMS = 64;

  /** The exceptions, and which argument of each is the message; -1 for the last. */
  static final Map<String, Integer> EXCEPTIONS = new LinkedHashMap<>();

  static {
    EXCEPTIONS.put("MalformedException", 1);
    EXCEPTIONS.put("UnsupportedException", 1);
    EXCEPTIONS.put("RefusedException", 1);
    EXCEPTIONS.put("LimitException", 2);
    EXCEPTIONS.put("FileSystemException", 2);
    EXCEPTIONS.put("FileAlreadyExistsException", 2);
    EXCEPTIONS.put("IOException", 0);
    EXCEPTIONS.put("SourceException", -1);
    EXCEPTIONS.put("CredentialsException", 0);
    EXCEPTIONS.put("FaultyAnswerException", 0);
    EXCEPTIONS.put("ParameterException", 1);
    EXCEPTIONS.put("TypeConversionException", 0);
  }

  /** A parameter that is passed on, by a method or constructor with so many. */
  private record Carrier(String type, String method, int parameters, int index) {}

  /** How many classes have a method of a name with so many parameters. */
  private final Map<String, Set<String>> declared = new HashMap<>();

  /** A method and the class around it. */
  private record Scope(ClassTree type, @Nullable MethodTree method, boolean passesOn) {}

  private final List<CompilationUnitTree> units;
  private final Map<String, Set<String>> found = new TreeMap<>();
  private final Map<Carrier, Set<String>> carriers = new HashMap<>();

  private Messages(List<CompilationUnitTree> units) {
    this.units = units;
  }

  /** The messages by the exception that they come in. */
  static Map<String, Set<String>> of(Path... roots) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Path> sources = new ArrayList<>();
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(sources));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      Messages messages = new Messages(units);
      messages.collect();
      return messages.found;
    }
  }

  private void collect() {
    for (CompilationUnitTree unit : units) {
      new Declarations().scan(unit, null);
    }
    int before = -1;
    while (carriers.size() > before) {
      before = carriers.size();
      for (CompilationUnitTree unit : units) {
        new Sites().scan(unit, null);
      }
    }
  }

  /** Finds out which classes have methods of a name. */
  private final class Declarations extends TreeScanner<Void, String> {
    @Override
    public Void visitClass(ClassTree type, String outer) {
      return super.visitClass(type, type.getSimpleName().toString());
    }

    @Override
    public Void visitMethod(MethodTree method, String type) {
      String key = method.getName() + "/" + method.getParameters().size();
      declared.computeIfAbsent(key, any -> new HashSet<>()).add(type);
      return super.visitMethod(method, type);
    }
  }

  /** Finds what messages are made from. */
  private final class Sites extends TreeScanner<Void, Void> {
    private Scope scope = new Scope(null, null, true);

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
      Scope outer = scope;
      scope = new Scope(type, null, true);
      super.visitClass(type, null);
      scope = outer;
      return null;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      Scope outer = scope;
      scope = new Scope(scope.type(), method, true);
      super.visitMethod(method, null);
      scope = outer;
      return null;
    }

    @Override
    public Void visitNewClass(NewClassTree made, Void nothing) {
      String name = simple(made.getIdentifier());
      if (EXCEPTIONS.containsKey(name)) {
        add(name, made.getArguments(), EXCEPTIONS.get(name));
      } else {
        calls(name, name, made.getArguments());
      }
      return super.visitNewClass(made, null);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void nothing) {
      String name = simple(call.getMethodSelect());
      String type = String.valueOf(scope.type() == null ? "" : scope.type().getSimpleName());
      if (name.equals("this")) {
        calls(type, type, call.getArguments());
      } else if (name.equals("super")) {
        String parent = simple(scope.type().getExtendsClause());
        Integer index = EXCEPTIONS.get(parent);
        if (index == null) {
          calls(parent, parent, call.getArguments());
        } else {
          add(parent, call.getArguments(), index);
        }
      } else if (call.getMethodSelect() instanceof MemberSelectTree select) {
        String of = simple(select.getExpression());
        String key = name + "/" + call.getArguments().size();
        Set<String> types = declared.getOrDefault(key, Set.of());
        if (types.contains(of)) {
          calls(of, name, call.getArguments());
        } else if (types.size() == 1) {
          calls(types.iterator().next(), name, call.getArguments());
        }
      } else {
        // One of this class, or the only one of a class above it.
        Set<String> types =
            declared.getOrDefault(name + "/" + call.getArguments().size(), Set.of());
        boolean above = !types.contains(type) && types.size() == 1;
        calls(above ? types.iterator().next() : type, name, call.getArguments());
      }
      return super.visitMethodInvocation(call, null);
    }

    /** What is said of a mistyped command line is text that a method returns. */
    @Override
    public Void visitReturn(ReturnTree tree, Void nothing) {
      if (scope.type().getSimpleName().contentEquals("UsageHints")
          && tree.getExpression() != null) {
        add("ParameterException", List.of(tree.getExpression()), 0);
      }
      return super.visitReturn(tree, null);
    }

    private void calls(String type, String name, List<? extends ExpressionTree> arguments) {
      for (int i = 0; i < arguments.size(); i++) {
        for (String kind :
            Set.copyOf(
                carriers.getOrDefault(new Carrier(type, name, arguments.size(), i), Set.of()))) {
          add(kind, arguments, i);
        }
      }
    }

    private void add(String kind, List<? extends ExpressionTree> arguments, int index) {
      int at = index < 0 ? arguments.size() - 1 : index;
      if (at < 0 || at >= arguments.size()) {
        return;
      }
      for (String form : forms(arguments.get(at), scope, kind, 0)) {
        List<String> words = List.of(form.replaceAll("…+", VARIABLE).strip().split("\\s+"));
        // Fewer are a part of other messages.
        if (words.size() >= FEWEST) {
          found
              .computeIfAbsent(kind, any -> new TreeSet<>())
              .add(String.join(" ", words.subList(0, Math.min(WORDS, words.size()))));
        }
      }
    }
  }

  private static String simple(@Nullable Tree tree) {
    return switch (tree) {
      case null -> "";
      case IdentifierTree name -> name.getName().toString();
      case MemberSelectTree select -> select.getIdentifier().toString();
      default -> "";
    };
  }

  /** All forms of a text. */
  private Set<String> forms(ExpressionTree text, Scope scope, String kind, int depth) {
    if (depth > 8) {
      return Set.of(VARIABLE);
    }
    return switch (text) {
      case LiteralTree literal ->
          Set.of(literal.getValue() instanceof String value ? value : VARIABLE);
      case ParenthesizedTree inner -> forms(inner.getExpression(), scope, kind, depth);
      case ConditionalExpressionTree either ->
          union(
              List.of(either.getTrueExpression(), either.getFalseExpression()), scope, kind, depth);
      case BinaryTree sum when sum.getKind() == Tree.Kind.PLUS ->
          joined(
              forms(sum.getLeftOperand(), scope, kind, depth),
              forms(sum.getRightOperand(), scope, kind, depth));
      case SwitchExpressionTree choice -> {
        List<ExpressionTree> results = new ArrayList<>();
        for (CaseTree one : choice.getCases()) {
          if (one.getBody() instanceof ExpressionTree result) {
            results.add(result);
          } else if (one.getBody() != null) {
            yields(one.getBody(), results);
          }
        }
        yield union(results, scope, kind, depth);
      }
      case IdentifierTree name -> named(name.getName().toString(), scope, kind, depth);
      case MethodInvocationTree call -> called(call, scope, kind, depth);
      default -> Set.of(VARIABLE);
    };
  }

  private static void yields(Tree body, List<ExpressionTree> results) {
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitYield(YieldTree tree, Void nothing) {
        results.add(tree.getValue());
        return null;
      }
    }.scan(body, null);
  }

  private Set<String> union(
      List<? extends ExpressionTree> texts, Scope scope, String kind, int depth) {
    Set<String> forms = new TreeSet<>();
    texts.forEach(text -> forms.addAll(forms(text, scope, kind, depth + 1)));
    return forms.isEmpty() ? Set.of(VARIABLE) : forms;
  }

  private static Set<String> joined(Set<String> left, Set<String> right) {
    if (left.size() * right.size() > FORMS) {
      return joined(left, Set.of(VARIABLE));
    }
    Set<String> forms = new TreeSet<>();
    left.forEach(start -> right.forEach(end -> forms.add(start + end)));
    return forms;
  }

  /** A parameter is asked of the callers; a local variable or a constant has what it gets. */
  private Set<String> named(String name, Scope scope, String kind, int depth) {
    MethodTree method = scope.method();
    if (method != null) {
      for (int i = 0; i < method.getParameters().size(); i++) {
        if (method.getParameters().get(i).getName().contentEquals(name)) {
          if (!scope.passesOn()) {
            return Set.of(VARIABLE);
          }
          String called =
              method.getName().contentEquals("<init>")
                  ? scope.type().getSimpleName().toString()
                  : method.getName().toString();
          carriers
              .computeIfAbsent(
                  new Carrier(
                      scope.type().getSimpleName().toString(),
                      called,
                      method.getParameters().size(),
                      i),
                  any -> new HashSet<>())
              .add(kind);
          return Set.of(VARIABLE);
        }
      }
    }
    List<ExpressionTree> values = new ArrayList<>();
    Tree within = method == null ? scope.type() : method;
    values(within, name, values);
    if (values.isEmpty() && method != null) {
      for (Tree member : scope.type().getMembers()) {
        if (member instanceof VariableTree field
            && field.getName().contentEquals(name)
            && field.getInitializer() != null) {
          values.add(field.getInitializer());
        }
      }
    }
    return union(values, scope, kind, depth);
  }

  private static void values(Tree within, String name, List<ExpressionTree> values) {
    new TreeScanner<Void, Void>() {
      @Override
      public Void visitVariable(VariableTree variable, Void nothing) {
        if (variable.getName().contentEquals(name) && variable.getInitializer() != null) {
          values.add(variable.getInitializer());
        }
        return super.visitVariable(variable, null);
      }

      @Override
      public Void visitAssignment(AssignmentTree assignment, Void nothing) {
        if (simple(assignment.getVariable()).equals(name)) {
          values.add(assignment.getExpression());
        }
        return super.visitAssignment(assignment, null);
      }
    }.scan(within, null);
  }

  /** What a method of the same class returns, and the template of a formatted text. */
  private Set<String> called(MethodInvocationTree call, Scope scope, String kind, int depth) {
    String name = simple(call.getMethodSelect());
    if (name.equals("formatted")
        && call.getMethodSelect() instanceof MemberSelectTree select
        && select.getExpression() instanceof LiteralTree) {
      Set<String> forms = new TreeSet<>();
      forms(select.getExpression(), scope, kind, depth)
          .forEach(form -> forms.add(form.replaceAll("%[,.0-9]*[a-z]", VARIABLE)));
      return forms;
    }
    if (!(call.getMethodSelect() instanceof IdentifierTree)) {
      return Set.of(VARIABLE);
    }
    List<ExpressionTree> results = new ArrayList<>();
    Scope inside = scope;
    for (Tree member : scope.type().getMembers()) {
      if (member instanceof MethodTree method
          && method.getName().contentEquals(name)
          && method.getParameters().size() == call.getArguments().size()
          && method.getBody() != null
          && String.valueOf(method.getReturnType()).equals("String")) {
        inside = new Scope(scope.type(), method, false);
        new TreeScanner<Void, Void>() {
          @Override
          public Void visitReturn(ReturnTree tree, Void nothing) {
            results.add(tree.getExpression());
            return null;
          }

          @Override
          public Void visitLambdaExpression(LambdaExpressionTree lambda, Void nothing) {
            return null;
          }

          @Override
          public Void visitNewClass(NewClassTree made, Void nothing) {
            return null;
          }
        }.scan(method.getBody(), null);
      }
    }
    return results.isEmpty() ? Set.of(VARIABLE) : union(results, inside, kind, depth + 1);
  }
}
