package org.waymark.accounts;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What is told when an account has reached its quota: to a command, as arguments and in its environment, or to a web server, as JSON.
 *
 * @param account the account's name
 * @param mark its marks
 * @param quotaBytes its quota
 * @param usedBytes what it has used by now
 */
record Notification(String account, String mark, long quotaBytes, long usedBytes) {
    private static final int PATIENCE_SECONDS = 30;

    static boolean isAddress(String target) {
        return target.startsWith("http://") || target.startsWith("https://");
    }

    /**
     * Tells a command or a web server.
     *
     * @throws IOException if that fails; the message is for people
     * @throws InterruptedException if the thread is interrupted
     */
    void send(String target) throws IOException, InterruptedException {
        if (isAddress(target)) {
            post(target);
        } else {
            run(target);
        }
    }

    private void run(String command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        List.of(command, account, mark, Long.toString(quotaBytes), Long.toString(usedBytes)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of(
                        "WAYMARK_ACCOUNT",
                        account,
                        "WAYMARK_MARK",
                        mark,
                        "WAYMARK_QUOTA",
                        Long.toString(quotaBytes),
                        "WAYMARK_USED",
                        Long.toString(usedBytes)));
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("it was still running after " + PATIENCE_SECONDS + " s, and was ended");
        }
        if (process.exitValue() != 0) {
            throw new IOException("it ended with status " + process.exitValue());
        }
    }

    private void post(String address) throws IOException {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("account", account);
        content.put("mark", mark);
        content.put("quota", quotaBytes);
        content.put("used", usedBytes);
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setConnectTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        connection.setReadTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try {
            try (OutputStream output = connection.getOutputStream()) {
                output.write(JSON.std.asBytes(content));
            }
            int status = connection.getResponseCode();
            if (status / 100 != 2) {
                throw new IOException("the server answered with status " + status);
            }
        } finally {
            connection.disconnect();
        }
    }
}
