/**
 * Words that many organisations share, in both languages: `id = Chinese | English | pinyin`, several separated by commas.
 *
 * Two different Chinese words share a line only where they are synonyms, and an English word that translates several Chinese words stands on
 * a line of its own and is only *near* to them (`NEAR`): so equal ids mean the same, and what merely may mean the same is never certain.
 */

/** What a body is: nouns that say little about which one it is. */
export const KINDS = `
university = 大学 | university, univ, universities | daxue
college = 学院 | college | xueyuan
school = 学校 | school | xuexiao
middle-school = 中学 | middle school, high school, secondary school | zhongxue
vocational-college = 职业学院, 职业技术学院 | vocational college, vocational and technical college | zhiye xueyuan, zhiye jishu xueyuan
polytechnic = | polytechnic |
institute = | institute, institution, research institute |
research-institute = 研究院 | | yanjiuyuan
research-unit = 研究所 | | yanjiusuo
academy = | academy |
academy-of-sciences = 科学院 | academy of sciences | kexueyuan
social-sciences-academy = 社会科学院, 社科院 | academy of social sciences | shehui kexueyuan, shekeyuan
agricultural-sciences-academy = 农业科学院, 农科院 | academy of agricultural sciences | nongye kexueyuan, nongkeyuan
academy-of-fine-arts = 美术学院 | academy of fine arts | meishu xueyuan
hospital = 医院 | hospital, hospitals | yiyuan
peoples-hospital = 人民医院 | peoples hospital | renmin yiyuan
chinese-medicine-hospital = 中医院 | hospital of traditional chinese medicine, hospital of chinese medicine, tcm hospital | zhongyiyuan
laboratory = 实验室 | laboratory, lab, labs | shiyanshi
centre = 中心 | centre, center | zhongxin
government = 人民政府, 政府, 市人民政府, 市政府, 省人民政府, 省政府 | peoples government, government, municipal government, municipal peoples government, city government, city peoples government, provincial government, provincial peoples government | renmin zhengfu, zhengfu, shi renmin zhengfu, shi zhengfu, sheng renmin zhengfu, sheng zhengfu
district-government = 区人民政府, 区政府 | district peoples government, district government | qu renmin zhengfu, qu zhengfu
county-government = 县人民政府, 县政府 | county peoples government, county government | xian renmin zhengfu, xian zhengfu
city-council = 市议会 | city council | shiyihui
county-council = 郡议会 | county council |
borough-council = | borough council, metropolitan borough council |
combined-authority = 联合管理局 | combined authority |
council = 议会 | council |
party-committee = 市委, 省委 | municipal party committee, provincial party committee |
congress = 人民代表大会 | peoples congress | renmin daibiao dahui
bureau = 局 | bureau |
department = 厅 | department |
commission = 委员会, 委 | commission | weiyuanhui
committee = | committee |
office = 办公室, 办 | office | bangongshi
foreign-affairs-office = 外事办公室, 外办, 外事办 | foreign affairs office | waishi bangongshi, waiban
agency = | agency |
authority = | authority |
administration = 管理局 | administration | guanliju
ministry = 部 | ministry |
association = 协会 | association | xiehui
federation = 联合会 | federation | lianhehui
society = 学会 | society | xuehui
chamber-of-commerce = 商会 | chamber of commerce, chambers of commerce | shanghui
general-chamber = 总商会 | general chamber of commerce | zongshanghui
foundation = 基金会 | foundation | jijinhui
trust = | trust |
fund = 基金 | fund | jijin
union = 联盟, 联合体 | alliance, union, consortium | lianmeng
bank = 银行 | bank | yinhang
insurance = 保险 | insurance | baoxian
museum = 博物馆 | museum | bowuguan
museum-institute = 博物院 | | bowuyuan
library = 图书馆 | library | tushuguan
gallery = 美术馆 | art gallery, gallery, art museum | meishuguan
press = 出版社 | press | chubanshe
publishing = 出版 | publishing | chuban
science-park = 科技园, 科学园 | science park, science and technology park | kejiyuan, kexueyuan qu
hightech-zone = 高新区, 高新技术产业开发区 | high tech zone, high tech industrial development zone, hi tech zone | gaoxinqu
development-zone = 经济技术开发区, 开发区 | economic and technological development zone, development zone | jingji jishu kaifaqu, kaifaqu
new-area = 新区 | new area | xinqu
industrial-park = 工业园, 工业园区, 产业园 | industrial park | gongyeyuan, gongye yuanqu
incubator = 孵化器 | incubator | fuhuaqi
airport = 机场 | airport | jichang
port-authority = 港务局 | port authority |
consulate = 总领事馆 | consulate general, consulate | zonglingshiguan
embassy = 大使馆 | embassy | dashiguan
hotel = 酒店 | hotel | jiudian
factory = 厂 | factory, works | 
theatre = 剧院 | theatre, theater | juyuan
orchestra = 交响乐团 | symphony orchestra | jiaoxiang yuetuan
conservatory = 音乐学院 | conservatory of music, conservatoire, conservatory | yinyue xueyuan
graduate-school = 研究生院 | graduate school | yanjiushengyuan
sub-branch = 分公司 | branch company | fengongsi
branch = 分校, 分行, 分院 | branch | fenxiao
head-company = 总公司 | |
`;

/** What a body deals with, or what tells it from its neighbours. */
export const SUBJECTS = `
medical = 医科, 医学 | medical | yike, yixue
medicine = | medicine |
pharmaceutical = 医药, 制药 | pharmaceutical, pharmaceuticals, pharma | yiyao, zhiyao
pharmacy = 药科 | | yaoke
chinese-medicine = 中医药 | chinese medicine, traditional chinese medicine, tcm | zhongyiyao
chinese-medicine-short = 中医 | | zhongyi
normal = 师范 | normal | shifan
education = 教育 | education | jiaoyu
science-and-technology = 科技, 科学技术 | science and technology, sci tech, sciences and technology | keji, kexue jishu
science-and-engineering = 理工 | | ligong
technology = | technology, technologies, technological, tech |
industry = 工业 | industry, industrial, industries | gongye
industry-2 = 产业 | | chanye
engineering = 工程 | engineering | gongcheng
industrial-science = 工学 | | gongxue
skill = 技术 | technique | jishu
vocational = 职业 | vocational | zhiye
technician = 技师 | technician | jishi
science = 科学 | science, sciences, scientific | kexue
agricultural = 农业 | agricultural, agriculture | nongye
forestry = 林业 | forestry | linye
ocean = 海洋 | ocean, marine, oceanic | haiyang
maritime = 海事 | maritime | haishi
aviation = 航空 | aviation, aeronautics, airlines | hangkong
aerospace = 航天 | astronautics, aerospace | hangtian
space = 航空航天 | aeronautics and astronautics | hangkong hangtian
posts = 邮电 | posts and telecommunications | youdian
telecom = 电信 | telecom, telecommunications | dianxin
information = 信息 | information | xinxi
information-engineering = 信息工程 | information science and technology | xinxi gongcheng
electronics = 电子 | electronic, electronics | dianzi
electric-power = 电力 | electric power | dianli
power-grid = 电网 | power grid, grid | dianwang
electrical = 电器, 电气 | electric, electrical, electrical appliance | dianqi
communication = 通信 | communications, communication | tongxin
computer = 计算机 | computer, computing | jisuanji
software = 软件 | software | ruanjian
internet = 网络 | network, networks, internet | wangluo
big-data = 大数据 | big data | dashuju
data = 数据 | data | shuju
intelligence = 智能 | intelligent, intelligence, smart | zhineng
finance-economics = 财经 | finance and economics | caijing
finance = 金融 | finance, financial | jinrong
treasury = 财政 | | caizheng
economics = 经济 | economic, economics, economy | jingji
trade = 贸易 | trade, trading | maoyi
commerce = 商务 | commerce, commercial | shangwu
commercial-studies = 商学 | business | shangxue
foreign-trade = 外贸 | foreign trade | waimao
foreign-studies = 外语 | foreign languages | waiyu
foreign-language-trade = 外语外贸 | foreign studies | waiyu waimao
international-studies = 国际 | international, intl | guoji
law = 政法 | political science and law, law | zhengfa
police = 警察, 警官 | police | jingcha
audit = 审计 | audit | shenji
art = 艺术 | art, arts | yishu
fine-art = 美术 | fine arts | meishu
music = 音乐 | music | yinyue
sport = 体育 | sport, sports, physical education | tiyu
energy = 能源 | energy | nengyuan
new-energy = 新能源 | new energy | xinnengyuan
energy-conversion = | energy conversion |
environment = 环境 | environment, environmental | huanjing
ecology = 生态 | ecology, ecological | shengtai
ecology-environment = 生态环境 | ecology and environment, ecological environment | shengtai huanjing
environment-protection = 环保, 环境保护 | environmental protection | huanbao, huanjing baohu
environmental-science = 环境科学 | environmental science, environmental sciences | huanjing kexue
geology = 地质 | geology, geosciences | dizhi
geochemistry = 地球化学 | geochemistry | diqiu huaxue
geography = 地理 | geography | dili
soil = 土壤 | soil, soil science | turang
botany = 植物 | botany, botanical, plant | zhiwu
botanical-garden = 植物园 | botanical garden | zhiwuyuan
biology = 生物 | biology, biological, bio, biotech | shengwu
microbiology = 微生物 | microbiology | weishengwu
biomedicine = 生物医药 | biomedicine | shengwu yiyao
health = 健康 | health, healthcare | jiankang
hygiene = 卫生 | public health | weisheng
health-commission = 卫生健康 | | weisheng jiankang
chemistry = 化学 | chemistry, chemical | huaxue
chemical-industry = 化工 | chemicals | huagong
mining = 矿业 | mining | kuangye
petrochemical = 石油化工, 石化 | petrochemical, petrochemicals | shiyou huagong, shihua
petroleum = 石油 | petroleum, oil | shiyou
navigation = 航海 | navigation, nautical | hanghai
port = 港口, 港 | port, ports | gangkou
e-commerce = 电子商务 | e commerce | dianzi shangwu
materials = 材料 | materials, material | cailiao
physics = 物理 | physics | wuli
mechanics = 机械 | machinery, mechanical | jixie
motor = 汽车 | automobile, automotive, motor, motors, auto | qiche
iron-steel = 钢铁 | iron and steel, steel | gangtie
shipbuilding = 船舶 | shipbuilding, ship | chuanbo
rail = 铁路 | railway, railways | tielu
metro = 地铁 | metro | ditie
transport = 交通 | jiaotong | jiaotong
traffic = | transport, transportation, traffic, communications and transport |
water = 水利 | water resources | shuili
water-supply = 自来水, 水务 | water | shuiwu
construction = 建设 | construction | jianshe
building = 建筑 | building, architecture | jianzhu
urban = 城市 | city, urban | chengshi
rural = 农村 | rural | nongcun
real-estate = 房地产, 地产 | real estate, property, properties | fangdichan, dichan
investment = 投资 | investment, investments | touzi
securities = 证券 | securities | zhengquan
holdings = 控股 | holding, holdings | konggu
development = 发展 | development | fazhan
reform = 改革 | reform | gaige
development-reform = 发展和改革, 发展改革, 发改 | development and reform | fazhan he gaige, fazhan gaige
industry-information = 工业和信息化 | industry and information technology, industry and informatization | gongye he xinxihua
culture = 文化 | culture, cultural | wenhua
tourism = 旅游 | tourism, travel | lvyou, luyou
culture-tourism = 文化和旅游, 文旅, 文化旅游 | culture and tourism | wenhua he lvyou, wenhua lvyou
media = 传媒 | media | chuanmei
food = 食品 | food, foods | shipin
tobacco = 烟草 | tobacco | yancao
liquor = 酒 | distillery, liquor, wine |
nationalities = 民族 | minzu, nationalities | minzu
women = 女子 | women, womens | nvzi, nuzi
overseas-chinese = 华侨 | overseas chinese, huaqiao | huaqiao
open = 开放 | open | kaifang
affiliated = 附属 | affiliated | fushu
first = 第一 | first, 1st, no 1 | diyi
second = 第二 | second, 2nd, no 2 | dier
third = 第三 | third, 3rd, no 3 | disan
first-affiliated = 附属第一 | first affiliated | fushu diyi
second-affiliated = 附属第二 | second affiliated | fushu dier
third-affiliated = 附属第三 | third affiliated | fushu disan
fourth = 第四 | fourth, 4th, no 4 | disi
childrens = 儿童 | childrens, children | ertong
maternity = 妇幼保健 | maternal and child health, women and children, womens and childrens | fuyou baojian
cancer = 肿瘤 | cancer, tumor, tumour, oncology | zhongliu
eye = 眼科 | ophthalmic, eye | yanke
dental = 口腔 | stomatological, stomatology, dental | kouqiang
foreign-affairs = 外事 | foreign affairs | waishi
human-resources = 人力资源和社会保障 | human resources and social security |
natural-resources = 自然资源 | natural resources | ziran ziyuan
market-supervision = 市场监督管理 | market regulation, market supervision | shichang jiandu guanli
promotion = 促进 | promotion | cujin
trade-promotion = 贸易促进, 国际贸易促进 | promotion of international trade | maoyi cujin
entrepreneurs = 企业家 | entrepreneurs | qiyejia
friendship = 友好 | friendship | youhao
foreign-friendship = 对外友好 | friendship with foreign countries | duiwai youhao
logistics = 物流 | logistics | wuliu
semiconductor = 半导体 | semiconductor, semiconductors | bandaoti
instrument = 仪器 | instrument, instruments | yiqi
equipment = 设备 | equipment | shebei
medical-device = 医疗 | | yiliao
life-science = 生命科学 | life science, life sciences | shengming kexue
planning = 规划 | planning | guihua
design = 设计 | design | sheji
advanced-study = 高等 | advanced, higher | gaodeng
manufacturing = 制造 | manufacturing | zhizao
research = 研究 | research | yanjiu
innovation = 创新 | innovation | chuangxin
services = 服务 | services, service | fuwu
administration-studies = 行政 | administrative | xingzheng
cable = 电缆 | cable, cables |
daily = 日报 | daily | ribao
consulting = 咨询 | consulting, consultancy | zixun
language = 语言 | language | yuyan
chinese = 中文 | chinese |
youth = 青年 | youth | qingnian
applied = 应用 | applied | yingyong
nuclear = 核 | nuclear |
british = 英国 | british | yingguo
`;

/** Directions and seats: they tell neighbours apart and are found in many countries. */
export const DIRECTIONS = `
east = 东方 | east, eastern | dongfang
south = 南方 | south, southern | nanfang
west = 西方 | west, western | xifang
north = 北方 | north, northern | beifang
southeast = 东南 | southeast, south east, southeastern | dongnan
northeast = 东北 | northeast, north east, northeastern | dongbei
southwest = 西南 | southwest, south west, southwestern | xinan
northwest = 西北 | northwest, north west, northwestern | xibei
south-china = 华南 | south china | huanan
east-china = 华东 | east china | huadong
central-china = 华中 | central china | huazhong
north-china = 华北 | north china | huabei
midland = 中部 | midland, midlands | zhongbu
west-midlands = 西米德兰兹, 西米德兰 | west midlands | ximidelanzi
east-midlands = 东米德兰兹, 东米德兰 | east midlands |
central = 中央 | central | zhongyang
central-south = 中南 | central south | zhongnan
national = 国家 | national, state | guojia
royal = 皇家 | royal | huangjia
`;

/** Words that may be there or not. */
export const FILLERS = `
group = 集团 | group | jituan
campus = 校区 | campus | xiaoqu
provincial = | provincial, province |
municipal = | municipal, municipality |
stock = 股份 | |
headquarters = 总部 | headquarters, hq | zongbu
affairs = | affairs |
nhs-trust = | nhs foundation trust, nhs trust |
district = | district |
`;

/** Ids of words of which one may stand for the other in any language: enough to propose, never enough to be certain. */
export const NEAR: readonly (readonly [string, string])[] = [
  ['institute', 'research-institute'],
  ['institute', 'research-unit'],
  ['medicine', 'medical'],
  ['chinese-medicine', 'chinese-medicine-short'],
  ['traffic', 'transport'],
  ['city-council', 'council'],
  ['county-council', 'council'],
  ['borough-council', 'council'],
  ['city-council', 'government'],
  ['environment', 'ecology-environment'],
  ['energy', 'energy-conversion'],
  ['trust', 'nhs-trust'],
  ['group', 'stock'],
  ['group', 'holdings'],
];

/**
 * The same for a word of one language and a word of the other: "technology" is 理工, 工业, 科技 or 技术, and 学院 call themselves college, institute,
 * academy or university. Within one language these are told apart.
 */
export const NEAR_ACROSS: readonly (readonly [string, string])[] = [
  ['technology', 'science-and-technology'],
  ['technology', 'science-and-engineering'],
  ['technology', 'industry'],
  ['technology', 'skill'],
  ['technology', 'engineering'],
  ['technology', 'industrial-science'],
  ['science-and-technology', 'science-and-engineering'],
  ['science', 'science-and-technology'],
  ['polytechnic', 'vocational-college'],
  ['polytechnic', 'science-and-engineering'],
  ['polytechnic', 'skill'],
  ['industry', 'industry-2'],
  ['university', 'college'],
  ['institute', 'college'],
  ['academy', 'college'],
  ['academy', 'research-institute'],
  ['school', 'college'],
  ['conservatory', 'music'],
  ['medicine', 'pharmaceutical'],
  ['medicine', 'pharmacy'],
  ['pharmaceutical', 'pharmacy'],
  ['medical', 'medical-device'],
  ['chinese-medicine-hospital', 'hospital'],
  ['peoples-hospital', 'hospital'],
  ['navigation', 'maritime'],
  ['health', 'health-commission'],
  ['health', 'hygiene'],
  ['hygiene', 'health-commission'],
  ['finance', 'treasury'],
  ['finance', 'finance-economics'],
  ['commercial-studies', 'commerce'],
  ['electric-power', 'power-grid'],
  ['electrical', 'electronics'],
  ['telecom', 'communication'],
  ['building', 'construction'],
  ['water', 'water-supply'],
  ['art', 'fine-art'],
  ['information', 'information-engineering'],
  ['environment', 'environment-protection'],
  ['foreign-language-trade', 'foreign-studies'],
  ['commission', 'committee'],
  ['commission', 'bureau'],
  ['administration', 'bureau'],
  ['authority', 'bureau'],
  ['department', 'bureau'],
  ['government', 'district-government'],
  ['government', 'county-government'],
  ['council', 'government'],
  ['museum', 'museum-institute'],
  ['publishing', 'press'],
  ['national', 'china'],
];
