package org.advisorylock.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A template, split into its literal texts and its places: {@code account:{from}}. Immutable. */
public final class Template {

    /** A template that breaks a rule of the grammar. */
    public static final class BadTemplateException extends Exception {

        private static final long serialVersionUID = 1;

        /** Which rule. */
        private final Rule rule;

        BadTemplateException(Rule rule, String message) {
            super(message);
            this.rule = rule;
        }

        /**
         * Which rule it breaks.
         *
         * @return the rule; the message tells how, and the cure
         */
        public Rule rule() {
            return rule;
        }
    }

    /** The rules of the grammar. */
    public enum Rule {
        /** Braces come in pairs and hold a path; the template is not empty. */
        FORM,
        /** There is a {@code :} between two places. */
        SEPARATED,
        /** With several places there is no {@code \} in the literal text. */
        NO_BACKSLASH
    }

    private final String text;
    private final String[] literals;
    private final String[] paths;

    private Template(String text, List<String> literals, List<String> paths) {
        this.text = text;
        this.literals = literals.toArray(new String[0]);
        this.paths = paths.toArray(new String[0]);
    }

    /**
     * Splits a template.
     *
     * @param text the template
     * @return its parts
     * @throws BadTemplateException if it breaks a rule
     */
    public static Template parse(String text) throws BadTemplateException {
        List<String> literals = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        int end = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', end)) {
            int close = text.indexOf('}', open);
            if (close < 0) {
                throw bad("has a '{' without a '}'");
            }
            literals.add(text.substring(end, open));
            paths.add(text.substring(open + 1, close));
            end = close + 1;
        }
        literals.add(text.substring(end));
        check(text, literals, paths);
        return new Template(text, literals, paths);
    }

    private static void check(String text, List<String> literals, List<String> paths) throws BadTemplateException {
        if (text.isEmpty()) {
            throw bad("is empty");
        }
        if (text.length() > KeyText.LONGEST) {
            throw bad("has " + text.length() + " characters; allowed are " + KeyText.LONGEST);
        }
        if (literals.stream().anyMatch(literal -> literal.indexOf('}') >= 0)) {
            throw bad("has a '}' without a '{'");
        }
        if (literals.stream().anyMatch(Template::hasHalfCharacter)) {
            throw bad("has half of a surrogate pair, for which UTF-8 has no code");
        }
        for (String path : paths) {
            if (Arrays.stream(path.split("\\.", -1)).anyMatch(name -> !isName(name))) {
                throw bad(
                        "has the place '{" + Printable.of(path) + "}', which is not a path of names separated by dots");
            }
        }
        for (int i = 1; i < paths.size(); i++) {
            if (literals.get(i).indexOf(':') < 0) {
                String one = "{" + Printable.of(paths.get(i - 1)) + "}";
                String other = "{" + Printable.of(paths.get(i)) + "}";
                throw new BadTemplateException(
                        Rule.SEPARATED,
                        "has no ':' between " + one + " and " + other
                                + ", so two different pairs of values could give one key; write '" + one + ":"
                                + other
                                + "'");
            }
        }
        if (paths.size() > 1 && literals.stream().anyMatch(literal -> literal.indexOf('\\') >= 0)) {
            throw new BadTemplateException(
                    Rule.NO_BACKSLASH,
                    "has a '\\' and several places; '\\' escapes values there, so leave it out of the text");
        }
    }

    private static boolean hasHalfCharacter(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static boolean isName(String name) {
        return !name.isEmpty() && name.chars().allMatch(Character::isJavaIdentifierPart);
    }

    private static BadTemplateException bad(String how) {
        return new BadTemplateException(
                Rule.FORM,
                how + "; a template is literal text with places, as in 'account:{0}' or 'order:{0.customer.id}'");
    }

    /**
     * The places.
     *
     * @return the texts between the braces, in order
     */
    public List<String> paths() {
        return List.of(paths);
    }

    /**
     * Gives the text of each key, one for each combination of values.
     *
     * @param values for each place a {@code String}, or a {@code List} of several, which is not empty
     * @param keys gets the texts
     */
    void texts(Object[] values, Consumer<String> keys) {
        append(values, 0, literals[0], keys);
    }

    private void append(Object[] values, int place, String before, Consumer<String> keys) {
        if (place == paths.length) {
            keys.accept(before);
        } else if (values[place] instanceof List<?> several) {
            for (Object value : several) {
                append(values, place + 1, before + escaped((String) value) + literals[place + 1], keys);
            }
        } else {
            append(values, place + 1, before + escaped((String) values[place]) + literals[place + 1], keys);
        }
    }

    /**
     * The longest of the texts that values make.
     *
     * @param values for each place a {@code String}, or a {@code List} of several, which is not empty
     * @return the text; the only one, if no place has several values
     */
    public String longest(Object[] values) {
        StringBuilder text = new StringBuilder(literals[0]);
        for (int i = 0; i < paths.length; i++) {
            String longest = "";
            for (Object value : values[i] instanceof List<?> several ? several : List.of(values[i])) {
                String escaped = escaped((String) value);
                longest = escaped.length() > longest.length() ? escaped : longest;
            }
            text.append(longest).append(literals[i + 1]);
        }
        return text.toString();
    }

    /**
     * The text of a key with one place and one value: the value and the text around it.
     *
     * @param value the text of the value
     * @return the text of the key
     */
    public String text(String value) {
        return literals[0] + value + literals[1];
    }

    private String escaped(String value) {
        boolean plain = paths.length == 1 || (value.indexOf(':') < 0 && value.indexOf('\\') < 0);
        return plain ? value : value.replace("\\", "\\\\").replace(":", "\\:");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Template template && text.equals(template.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The template as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
