// One action of a form at a time: whether it runs, and what went wrong until the next is tried.
import { useState } from "./ui.js";

export function useAttempt() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const attempt = async (action) => {
    setBusy(true);
    setError(null);
    try {
      await action();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return { attempt, busy, error, setError };
}
