// A certified provider of OpenID Connect for the tests: whoever comes chooses who they are and at which level.
// Arguments: port, redirect address, client, secret.
import Provider, { interactionPolicy } from "oidc-provider";

const [port, redirect, client, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { base, Check } = interactionPolicy;
const policy = base();
// A session of a lower level is not enough for whoever asks for a higher one.
policy.get("login").checks.add(
  new Check("level_too_low", "a higher level was asked for", (ctx) => {
    const asked = (ctx.oidc.params.acr_values ?? "").split(" ");
    return asked.includes("2") && ctx.oidc.session.acr !== "2" ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
  }),
);

const provider = new Provider(issuer, {
  clients: [{ client_id: client, client_secret: secret, redirect_uris: redirect.split(","), token_endpoint_auth_method: "client_secret_post" }],
  acrValues: ["1", "2"],
  claims: { openid: ["sub", "acr"] },
  cookies: { keys: ["only-for-tests"] },
  pkce: { methods: ["S256"], required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { policy, url: (ctx, interaction) => `/who/${interaction.uid}` },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
  ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 300, Interaction: 300, Session: 300 },
});

const page = (uid) => `<!doctype html><meta charset="utf-8"><title>Provider</title><form method="post" action="/who/${uid}">
<label>Who <input name="who" value="someone"></label>
<button name="level" value="1">Level 1</button><button name="level" value="2">Level 2</button><button name="level" value="cancel">Cancel</button></form>`;

provider.use(async (ctx, next) => {
  const found = ctx.path.match(/^\/who\/([\w-]+)$/);
  if (!found) return next();
  if (ctx.method === "GET") {
    await provider.interactionDetails(ctx.req, ctx.res);
    ctx.type = "html";
    ctx.body = page(found[1]);
    return;
  }
  const chunks = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const level = form.get("level");
  const result =
    level === "cancel" ? { error: "access_denied" } : { login: { accountId: form.get("who"), acr: level, remember: true } };
  ctx.status = 303;
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
