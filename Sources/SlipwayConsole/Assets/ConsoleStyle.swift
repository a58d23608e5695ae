/// The one style sheet, served as a file.
enum ConsoleStyle {
    static let text = """
        :root {
          color-scheme: light dark;
          --ground: #f6f7f9; --panel: #ffffff; --raised: #f0f2f5; --ink: #1b2330; --soft: #586274; --line: #dfe3e9; --edge: #7b8696;
          --accent: #0b5cad; --good: #17734a; --busy: #0b5cad; --wait: #855300; --bad: #b3261e;
          --bad-ground: #fdf1f0; --wait-ground: #fdf6e7;
          --starting: #a8700e; --registering: #9a6fc9; --waitingForJob: #78879c; --running: #2f7fd1; --cleaning: #6d7a8c;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #10141a; --panel: #181e27; --raised: #222a36; --ink: #e5e9ef; --soft: #9ba7b8; --line: #2c3542; --edge: #748196;
            --accent: #7db6ff; --good: #5fce93; --busy: #7db6ff; --wait: #e5b75c; --bad: #ff8f86;
            --bad-ground: #2a1a1b; --wait-ground: #28231a;
            --starting: #d9a440; --registering: #b190dd; --waitingForJob: #7d8aa0; --running: #5ba1ea; --cleaning: #8995a6;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        .skip { position: absolute; left: -999rem; top: 0; background: var(--panel); padding: 0.5rem 1rem; z-index: 2; }
        .skip:focus { left: 0; }
        .top { border-bottom: 1px solid var(--line); background: var(--panel); }
        .bar-inner, main, .foot { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
        .bar-inner { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.5rem; min-height: 3.25rem; }
        .brand { font-weight: 700; font-size: 1.05rem; color: var(--ink); text-decoration: none; }
        .top ul { display: flex; flex-wrap: wrap; gap: 0 0.25rem; list-style: none; margin: 0; padding: 0; }
        .top nav a { display: block; padding: 0.8rem 0.6rem 0.65rem; color: var(--soft); text-decoration: none;
          border-bottom: 3px solid transparent; }
        .top nav a:hover { color: var(--ink); }
        .top nav a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); }
        .live { margin-left: auto; display: flex; align-items: center; gap: 0.6rem; color: var(--soft); font-size: 0.85rem; }
        .live button { padding: 0.1rem 0.5rem; min-height: 1.75rem; }
        main { padding-top: 0.5rem; padding-bottom: 3rem; }
        .foot { color: var(--soft); font-size: 0.85rem; padding-bottom: 2rem; }
        h1 { font-size: 1.35rem; line-height: 1.3; margin: 1.25rem 0 0.25rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.05rem; margin: 2rem 0 0.5rem; }
        h3 { font-size: 0.95rem; margin: 1.25rem 0 0.35rem; }
        p { margin: 0.25rem 0 0.75rem; }
        a { color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .soft { color: var(--soft); }
        .small { font-size: 0.87rem; }
        .scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: 0.5rem 0.75rem; vertical-align: top; border-top: 1px solid var(--line); }
        thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: 0.85rem; white-space: nowrap;
          vertical-align: bottom; }
        tbody th { font-weight: 600; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.text { overflow-wrap: anywhere; min-width: 11rem; }
        td.time, td.short, td a.id { white-space: nowrap; }
        code, .id { font-family: ui-monospace, "Cascadia Mono", Menlo, monospace; font-size: 0.9em; overflow-wrap: anywhere; }
        .state { white-space: nowrap; font-weight: 600; }
        .state::before { content: "\\25CF"; margin-right: 0.4em; }
        .planned, .starting, .pending, .paused, .leftOut, .hold { color: var(--wait); }
        .online, .ran, .accepted, .fine { color: var(--good); }
        .busy, .finished, .launch { color: var(--busy); }
        .cleaning, .unused, .cancelled, .ignored, .served { color: var(--soft); }
        .failed, .lost, .rejected, .refuse, .bad { color: var(--bad); }
        .notice { border: 1px solid var(--line); border-left: 4px solid var(--wait); border-radius: 8px;
          background: var(--wait-ground); padding: 0.65rem 0.9rem; margin: 1rem 0 0; overflow-wrap: anywhere; }
        .notice.problem { border-left-color: var(--bad); background: var(--bad-ground); }
        .notice.done { border-left-color: var(--good); background: var(--panel); }
        .notice ul { margin: 0.25rem 0 0; padding-left: 1.25rem; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: 0.75rem; margin: 1rem 0 0;
          padding: 0; list-style: none; }
        .tiles li { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 0.6rem 0.9rem; }
        .tiles .value { display: block; font-size: 1.7rem; line-height: 1.2; font-weight: 650;
          font-variant-numeric: tabular-nums; }
        .tiles .name { color: var(--soft); font-size: 0.87rem; }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 1.5rem; }
        .columns > section { min-width: 0; }
        dl.facts { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: 0.25rem 1.25rem;
          margin: 0.5rem 0; }
        dl.facts dt { color: var(--soft); }
        dl.facts dd { margin: 0; overflow-wrap: anywhere; }
        ol.story { list-style: none; margin: 0.5rem 0; padding: 0 0 0 1rem; border-left: 2px solid var(--line); }
        ol.story li { padding: 0.1rem 0 0.9rem 0.75rem; }
        ol.story p { margin: 0; }
        svg.spark { display: block; width: 100%; height: 3.5rem; margin-top: 0.35rem; }
        svg.spark rect { fill: var(--running); }
        svg.gantt { display: block; width: 100%; min-width: 8rem; height: 1.1rem; background: var(--raised);
          border-radius: 3px; }
        td.picture { width: 60%; vertical-align: middle; }
        .costs td.share { width: 25%; min-width: 6rem; vertical-align: middle; }
        .costs th[scope=row] { overflow-wrap: anywhere; min-width: 9rem; }
        tfoot th, tfoot td { border-top: 2px solid var(--line); font-weight: 650; }
        .budget-fine { fill: var(--good); } .budget-hold { fill: var(--wait); } .budget-bad { fill: var(--bad); }
        .times tbody th { white-space: nowrap; }
        .stage-starting { fill: var(--starting); } .stage-registering { fill: var(--registering); }
        .stage-waitingForJob { fill: var(--waitingForJob); } .stage-running { fill: var(--running); }
        .stage-cleaning { fill: var(--cleaning); }
        form.filter { display: flex; flex-wrap: wrap; align-items: end; gap: 0.6rem 0.75rem; margin: 0.75rem 0 1rem; }
        form.filter label { display: grid; gap: 0.15rem; color: var(--soft); font-size: 0.85rem; }
        input, select, button { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--edge);
          border-radius: 6px; padding: 0.35rem 0.55rem; min-height: 2.25rem; max-width: 100%; }
        input:not([type=checkbox]) { width: 11rem; }
        input[type=checkbox] { min-height: 0; }
        button { background: var(--raised); cursor: pointer; white-space: nowrap; }
        button:hover { border-color: var(--accent); }
        button.danger { color: var(--bad); border-color: var(--bad); }
        form.order { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.6rem; margin: 0.25rem 0; }
        td form.order { margin: 0; }
        details.orders { margin: 0.75rem 0; }
        details.orders summary { cursor: pointer; color: var(--accent); }
        .paging { display: flex; gap: 1.5rem; margin: 0.9rem 0; }
        .count { font-variant-numeric: tabular-nums; }
        @media (max-width: 40rem) {
          .bar-inner, main, .foot { padding-left: 0.8rem; padding-right: 0.8rem; }
          .bar-inner { gap: 0 0.5rem; padding-top: 0.35rem; }
          .top nav a { padding: 0.5rem 0.45rem; }
          .top nav { order: 3; width: 100%; }
          th, td { padding: 0.45rem 0.55rem; }
          dl.facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
          dl.facts dd { margin-bottom: 0.4rem; }
          td.picture, .costs td.share { width: auto; }
          .times tbody th { white-space: normal; }
          .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .stack tr { display: block; border-top: 1px solid var(--line); padding: 0.5rem 0.2rem; }
          .stack tbody:first-of-type tr:first-child { border-top: 0; }
          .stack th[scope] { display: block; border: 0; padding: 0.1rem 0.55rem; min-width: 0; }
          .stack tfoot tr { border-top: 2px solid var(--line); }
          .stack td { display: block; border: 0; padding: 0.1rem 0.55rem; text-align: left; min-width: 0; white-space: normal; }
          .stack td:empty { display: none; }
          .stack td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); font-size: 0.87em; }
          form.filter label, form.filter input:not([type=checkbox]), form.filter select { width: 100%; }
        }
        @media (prefers-reduced-motion: no-preference) { a, button { transition: color 0.1s, border-color 0.1s; } }
        """
}
