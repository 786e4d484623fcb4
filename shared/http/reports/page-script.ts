import { SIGNED_IN_PATH } from '../signed-in.ts';

/**
 * What runs on a report's page: authorization code with PKCE (RFC 7636), then the report by its token. The token is never kept; what
 * has to outlive the way to the sign-in page and back is in the tab's own storage and is taken out of it at once.
 */
export const PAGE_SCRIPT = `(async()=>{
const at=id=>document.getElementById(id);
const settings=JSON.parse(at('settings').textContent);
const home=location.origin+'${SIGNED_IN_PATH}';
const encode=bytes=>btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+','-').replaceAll('/','_').replace(/=+$/,'');
const chance=()=>encode(crypto.getRandomValues(new Uint8Array(32)));
const say=text=>{at('said').textContent=text;at('enter').hidden=true};
const enter=async()=>{
  const verifier=chance(),state=chance();
  sessionStorage.setItem('report-sign-in',JSON.stringify({verifier,state,path:location.pathname+location.search}));
  const challenge=encode(await crypto.subtle.digest('SHA-256',new TextEncoder().encode(verifier)));
  location.assign(settings.url+'/oauth2/authorize?'+new URLSearchParams({response_type:'code',client_id:settings.clientId,redirect_uri:home,scope:'openid',state,code_challenge:challenge,code_challenge_method:'S256'}));
};
const save=(blob,name)=>{const a=document.createElement('a');a.href=URL.createObjectURL(blob);a.download=name;a.click();setTimeout(()=>URL.revokeObjectURL(a.href),60000)};
const show=async(token,path)=>{
  const id=path.split('?')[0].split('/').pop();
  const get=accept=>fetch('/v1/reports/'+encodeURIComponent(id),{headers:{authorization:'Bearer '+token,accept}});
  const answer=await get('text/html');
  if(!answer.ok)return say(settings.texts.missing);
  at('report').srcdoc=await answer.text();
  at('door').hidden=true;at('shown').hidden=false;
  history.replaceState(null,'',path);
  const forms={xlsx:'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',csv:'text/csv'};
  for(const form of Object.keys(forms))at(form).onclick=async()=>{
    const file=await get(forms[form]);
    const name=/filename="([^"]+)"/.exec(file.headers.get('content-disposition')||'');
    if(file.ok)save(await file.blob(),name?name[1]:id+'.'+form);
  };
  at('print').onclick=()=>at('report').contentWindow.print();
};
if(location.pathname!=='${SIGNED_IN_PATH}'){at('enter').onclick=enter;return}
const kept=JSON.parse(sessionStorage.getItem('report-sign-in')||'null');
sessionStorage.removeItem('report-sign-in');
const given=new URLSearchParams(location.search);
history.replaceState(null,'','${SIGNED_IN_PATH}');
if(!kept||!given.get('code')||given.get('state')!==kept.state)return say(settings.texts.failed);
const answer=await fetch(settings.url+'/oauth2/token',{method:'POST',body:new URLSearchParams({grant_type:'authorization_code',client_id:settings.clientId,code:given.get('code'),redirect_uri:home,code_verifier:kept.verifier})});
if(!answer.ok)return say(settings.texts.failed);
await show((await answer.json()).access_token,kept.path);
})();`;
