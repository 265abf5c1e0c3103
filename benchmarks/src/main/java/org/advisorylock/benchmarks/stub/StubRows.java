package org.advisorylock.benchmarks.stub;

import java.sql.ResultSet;

/** Rows of which each says yes. */
abstract class StubRows implements ResultSet {

    private int left;
    private String text = "";
    private boolean answer = true;

    StubRows with(int rows, String text, boolean answer) {
        this.left = rows;
        this.text = text;
        this.answer = answer;
        return this;
    }

    @Override
    public boolean next() {
        return left-- > 0;
    }

    @Override
    public String getString(int column) {
        return text;
    }

    @Override
    public String getString(String column) {
        return text;
    }

    @Override
    public boolean getBoolean(int column) {
        return answer;
    }

    @Override
    public boolean getBoolean(String column) {
        return answer && !column.equals("standby");
    }

    @Override
    public int getInt(String column) {
        return 4711;
    }

    @Override
    public void close() {}
}
