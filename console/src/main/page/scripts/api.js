// Questions to whoever serves this page.

/** What could not be answered, with a code besides the words. */
export class Problem extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export function get(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value)).toString();
  return ask(query ? `${path}?${query}` : path, {});
}

export function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Problem("away", "Parley does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Problem(answer.error?.code ?? "failed", answer.error?.message ?? `Parley answered ${response.status}.`);
  }
  return answer;
}
