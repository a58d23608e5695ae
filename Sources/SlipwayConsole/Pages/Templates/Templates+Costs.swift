extension Templates {
    static let costs = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        {{<layout}}{{$content}}
        <h1>Costs of {{month}}</h1>
        <form class="filter" method="get" action="/costs" role="search" aria-label="Choose the month and what costs are added up by">
        <label>Month (UTC) <select name="month">{{#months}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/months}}</select></label>
        <label>By <select name="by">{{#dimensions}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{name}}</option>{{/dimensions}}</select></label>
        <button>Show</button> {{#previousHref}}<a href="{{{.}}}" rel="prev">Month before</a>{{/previousHref}}{{#nextHref}} <a href="{{{.}}}" rel="next">Month after</a>{{/nextHref}}
        </form>
        <section class="notice" aria-label="What these figures are"><strong>An estimate</strong> by {{priceBook}}.
        <ul>{{#notes}}<li>{{.}}</li>{{/notes}}</ul></section>
        <h2 id="costs">By {{by}}</h2>
        {{^hasRows}}<p class="soft">No launch was made in this month.</p>{{/hasRows}}
        {{#hasRows}}
        <div class="scroll" tabindex="0" role="region" aria-labelledby="costs"><table class="costs stack">
        <thead><tr><th scope="col">{{by}}</th><th scope="col" class="number">Cost ({{currency}})</th><th scope="col" aria-hidden="true"></th><th scope="col" class="number">Launches</th><th scope="col" class="number">Hours</th><th scope="col" class="number">Unknown</th><th scope="col" class="number">Open</th></tr></thead>
        <tbody>
        {{#rows}}{{> costrow}}{{/rows}}
        {{#others}}{{> costrow}}{{/others}}
        </tbody>
        <tfoot>{{#total}}{{> costrow}}{{/total}}</tfoot>
        </table></div>
        <p class="soft small">Amounts are rounded; the API has all their decimals. Hours are those that agent tasks are billed for. Unknown are launches whose cost can't be told, open ones count once they are closed.</p>
        {{/hasRows}}
        <section aria-labelledby="budgets"><h2 id="budgets">Budgets</h2>
        {{#areBudgetsUnknown}}<p class="soft">None are known: there are none (costs.budgets), the engine has not looked at them yet, or how far they are used could not be read.</p>{{/areBudgetsUnknown}}
        {{^areBudgetsUnknown}}{{^hasBudgets}}<p class="soft">There are none (costs.budgets).</p>{{/hasBudgets}}{{/areBudgetsUnknown}}
        {{#hasBudgets}}
        <div class="scroll" tabindex="0" role="region" aria-labelledby="budgets"><table class="costs stack">
        <thead><tr><th scope="col">Project</th><th scope="col" class="number">Budget ({{currency}})</th><th scope="col" class="number">Used</th><th scope="col" aria-hidden="true"></th><th scope="col" class="number">%</th><th scope="col">State</th></tr></thead>
        <tbody>
        {{#budgets}}<tr><th scope="row">{{project}}</th><td class="number" data-label="Budget ({{currency}})">{{monthly}}</td><td class="number" data-label="Used">{{spent}}</td><td class="share"><svg class="gantt" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="budget-{{style}}" x="0" y="0" width="{{width}}" height="10"/></svg></td><td class="number" data-label="%">{{percent}}</td><td class="text" data-label="State"><span class="{{style}}">{{state}}</span></td></tr>
        {{/budgets}}
        </tbody></table></div>
        {{#isPresent}}<p class="soft small">Used is what the engine last added up, once a minute: it counts what is open too, so it may be more than above.</p>{{/isPresent}}
        {{/hasBudgets}}
        </section>
        {{/content}}{{/layout}}
        """

    static let costRow = """
        {{% CONTENT_TYPE:SLIPWAY-HTML}}
        <tr><th scope="row">{{#href}}<a href="{{{.}}}">{{name}}</a>{{/href}}{{^href}}{{name}}{{/href}}</th><td class="number" data-label="Cost ({{currency}})">{{cost}}</td><td class="share"><svg class="gantt" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="stage-running" x="0" y="0" width="{{width}}" height="10"/></svg></td><td class="number" data-label="Launches">{{launches}}</td><td class="number" data-label="Hours">{{hours}}</td><td class="number" data-label="Unknown">{{unknown}}</td><td class="number" data-label="Open">{{open}}</td></tr>
        """
}
