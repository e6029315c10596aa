// A customer's points, credit, codes and messages: the calls, and the balance as it moves.
import { follow } from "../parts/live.js";
import { useCallback, useEffect, useRef, useState } from "../parts/ui.js";

const INBOX_MS = 15_000;

/**
 * Points and credit: asked once, so that a card can be held up where there is no network, and followed while `active`.
 * path  "/me/loyalty", or a customer's for those who serve. url  the live stream; null asks once a change of `round`.
 */
export function useLoyalty(api, { path = "/me/loyalty", who, url = null, active = true, round = 0 }) {
  const [state, setState] = useState({ data: null, error: null, who: null });
  const latest = useRef(0);
  const look = useCallback(async () => {
    const mine = (latest.current += 1);
    try {
      const { data } = await api.get(path);
      if (mine === latest.current) setState({ data, error: null, who });
    } catch (error) {
      if (mine === latest.current) setState((old) => ({ ...old, error }));
      throw error;
    }
  }, [api, path, who]);
  useEffect(() => {
    if (!who || (!active && state.who === who)) return undefined;
    look().catch(() => {});
    if (!url || !active) return undefined;
    let version = 0;
    const stream = follow({
      url, headers: api.headers, cookies: api.usesCookies(), version: () => version,
      onVersion: (told) => ((version = told), look().catch(() => {})), poll: look,
    });
    return () => stream.stop();
  }, [look, who, url, active, round]);
  return { data: state.who === who ? state.data : null, error: state.error, refresh: () => look().catch(() => {}) };
}

/** Messages in the app, and how many are unread. */
export function useInbox(api, who, active) {
  const [state, setState] = useState({ items: null, unread: 0, error: null });
  const look = () => api.get("/me/inbox").then(({ data }) => setState({ ...data, error: null }), (error) => setState((old) => ({ ...old, error })));
  useEffect(() => {
    if (!who) return void setState({ items: null, unread: 0, error: null });
    look();
    const timer = setInterval(look, active ? INBOX_MS / 3 : INBOX_MS);
    return () => clearInterval(timer);
  }, [who, active]);
  const read = async (message) => {
    if (message.read_at) return;
    await api.post(`/me/inbox/${message.id}/read`);
    await look();
  };
  return { ...state, read };
}

/** What an address answers with, and again when `round` changes. */
export function useAnswer(api, path, { query, round = 0, when = true } = {}) {
  const [state, setState] = useState({ data: null, error: null });
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let live = true;
    if (when) api.get(path, { query }).then(({ data }) => live && setState({ data, error: null }), (error) => live && setState((old) => ({ ...old, error })));
    else setState({ data: null, error: null });
    return () => (live = false);
  }, [path, JSON.stringify(query), round, again, when]);
  return { ...state, retry: () => setAgain(again + 1), replace: (data) => setState({ data, error: null }) };
}
