internal import Crypto
internal import Foundation

/// The one style sheet, written into each page: nothing is loaded from anywhere.
enum Stylesheet {
    /// The source that the content security policy admits.
    static let contentSecurityPolicyHash =
        "sha256-" + Data(SHA256.hash(data: Array(text.utf8))).base64EncodedString()

    static let text = """
        :root {
          color-scheme: light dark;
          --ground: #fbfbfa; --panel: #ffffff; --ink: #1d2430; --soft: #5d6776; --line: #e2e4e8; --accent: #0b5cad;
          --good: #1b7f4b; --busy: #0b5cad; --wait: #8a5a00; --bad: #b3261e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #12161c; --panel: #1a2029; --ink: #e6e9ee; --soft: #9aa5b4; --line: #2c3440; --accent: #78b4ff;
            --good: #5fce93; --busy: #78b4ff; --wait: #e2b354; --bad: #ff8a80;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        header { border-bottom: 1px solid var(--line); background: var(--panel); }
        header div, main { max-width: 76rem; margin: 0 auto; padding: 0.75rem 1.25rem; }
        header a { font-weight: 700; color: var(--ink); text-decoration: none; letter-spacing: 0.01em; }
        header span { color: var(--soft); margin-left: 0.75rem; }
        main { padding-bottom: 3rem; }
        h1 { font-size: 1.3rem; margin: 1.25rem 0 0.25rem; overflow-wrap: anywhere; }
        h2 { font-size: 1rem; margin: 1.75rem 0 0.5rem; }
        p { margin: 0.25rem 0 0.75rem; }
        a { color: var(--accent); }
        a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .soft { color: var(--soft); }
        .scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: 0.5rem 0.75rem; vertical-align: top; border-top: 1px solid var(--line); }
        thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: 0.85rem; white-space: nowrap; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
        td.name, td.why { overflow-wrap: anywhere; min-width: 9rem; }
        td.time, td.pool, td a.id, tbody th { white-space: nowrap; }
        code, .id { font-family: ui-monospace, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
        .state { white-space: nowrap; font-weight: 600; }
        .state::before { content: "\\25CF"; margin-right: 0.4em; }
        .planned, .starting, .pending { color: var(--wait); }
        .online, .ran { color: var(--good); }
        .busy, .finished { color: var(--busy); }
        .cleaning, .unused, .cancelled { color: var(--soft); }
        .failed, .lost { color: var(--bad); }
        .notice { border: 1px solid var(--bad); border-radius: 8px; padding: 0.6rem 0.9rem; margin-top: 1rem; }
        .notice ul { margin: 0.25rem 0 0; padding-left: 1.25rem; }
        .notice strong { color: var(--bad); }
        dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.25rem; margin: 0.5rem 0; }
        dl.facts dt { color: var(--soft); }
        dl.facts dd { margin: 0; overflow-wrap: anywhere; }
        ol.timeline { list-style: none; margin: 0; padding: 0 0 0 1rem; border-left: 2px solid var(--line); }
        ol.timeline li { padding: 0.1rem 0 0.9rem 0.75rem; }
        ol.timeline p { margin: 0; }
        """
}
